/** The conversation of a model call: who said what, part by part. Text nodes only. */
import type { components } from "../../api/client";
import { count } from "../../i18n/figures";
import { roleName } from "../../i18n/kinds";
import { useWords } from "../../i18n/words";
import { Icon } from "../Icon";
import { LongText, TextOrJson } from "./LongText";
import { words } from "./words";

type Said = components["schemas"]["Said"];
type Part = components["schemas"]["SaidPart"];

/** Parts of a conversation have no name but their place. */
const keyAt = (i: number): string => `m${i}`;

export function Messages({ of }: { of: readonly Said[] }) {
  const t = useWords(words);
  return (
    <ol className="said">
      {of.map((each, i) => (
        <li key={keyAt(i)} className={`said-one ${each.role}${each.answer ? " answer" : ""}`}>
          <div className="said-role">
            <span>{roleName(each.role)}</span>
            {each.name && <span className="dim mono theirs">{each.name}</span>}
            {each.answer && <span className="chip">{t.answer}</span>}
          </div>
          <div className="said-parts">
            {each.parts.map((part, n) => (
              <PartView key={keyAt(n)} part={part} />
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

function PartView({ part }: { part: Part }) {
  const t = useWords(words);
  switch (part.kind) {
    case "text":
      return <LongText text={part.text ?? ""} />;
    case "reasoning":
      return (
        <details className="said-more">
          <summary>{t.reasoning}</summary>
          <LongText text={part.text ?? ""} />
        </details>
      );
    case "tool_call":
      return (
        <div className="said-tool">
          <p>
            <span className="dim">{t.toolCall}</span> <code className="theirs">{part.name}</code>{" "}
            <span className="dim mono theirs">{part.call_id}</span>
          </p>
          <TextOrJson text={part.text ?? ""} />
        </div>
      );
    case "tool_result":
      return (
        <div className={`said-tool${part.error ? " error" : ""}`}>
          <p>
            <span className="dim">{t.toolResult}</span> <code className="theirs">{part.name || part.call_id}</code>
          </p>
          <TextOrJson text={part.text ?? ""} />
        </div>
      );
    case "refusal":
      return (
        <div className="said-tool error">
          <p className="dim">{t.refusal}</p>
          <LongText text={part.text ?? ""} />
        </div>
      );
    default:
      return (
        <p className="row soft">
          <Icon name="file" size={14} />
          <span className="theirs">
            {[part.kind, part.mime, part.name, part.text, part.bytes ? t.bytes(count(part.bytes)) : ""]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </p>
      );
  }
}
