/** An input or an output: as text, Markdown or JSON; the whole of a long one when it is asked for. */
import { type ReactNode, useState } from "react";
import { type components, located, reached, refusal } from "../../api/client";
import { notifyProblem } from "../../app/toasts";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { createKept } from "../../state/kept";
import { useStore } from "../../state/store";
import { Button } from "../Button";
import { Segments } from "../Field";
import { Markdown } from "../Markdown";
import { Section } from "../Panel";
import { Copy } from "./Copy";
import { LongJson, LongText } from "./LongText";
import { words } from "./words";

type Body = components["schemas"]["Body"];
type Form = "text" | "markdown" | "json";
type Side = "input" | "output";

const isForm = (value: unknown): value is Form | "" => value === "" || value === "text" || value === "markdown";
/** How texts were last read. */
const preferred = createKept<Form | "">("bodies", "", isForm);
const MARKED = /^#{1,4} |\*\*\S|^[-*] |```|^\d+\. /m;

/** The whole body, as a person reads it. */
export async function wholeOf(
  trace: string,
  span: string,
  side: Side,
  form: "text" | "json" = "text",
): Promise<string> {
  const { url } = located("get_body", { trace, span, side, form });
  const response = await reached(url, { cache: "no-store" });
  if (!response.ok) throw await refusal(response);
  return response.text();
}

export function hasParts(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

interface Props {
  title: string;
  body: Body | null;
  trace: string;
  span: string;
  side: Side;
  end?: ReactNode;
}

export function BodySection({ title, body, trace, span, side, end }: Props) {
  const t = useWords(words);
  const kept = useStore(preferred);
  const [asked, setAsked] = useState<Form | "">("");
  const [whole, setWhole] = useState<string | null>(null);
  if (!body) return null;
  const isJson = hasParts(body.json);
  const isMarked = !isJson && MARKED.test(body.text);
  const wanted = asked || (isJson ? "json" : kept || (isMarked ? "markdown" : "text"));
  const form = wanted === "json" && !isJson ? "text" : wanted === "markdown" && isJson ? "text" : wanted;
  const options: { value: Form; label: string }[] = [{ value: "text", label: t.asText }];
  if (isJson) options.push({ value: "json", label: t.asJson });
  else if (isMarked || form === "markdown") options.push({ value: "markdown", label: t.asMarkdown });
  const text = whole ?? body.text;
  const get = (): Promise<string> =>
    whole !== null || !body.more ? Promise.resolve(text) : wholeOf(trace, span, side);
  const choose = (next: Form): void => {
    setAsked(next);
    if (next !== "json" && !isJson) preferred.set(next);
  };
  return (
    <Section
      title={title}
      end={
        <>
          {end}
          {options.length > 1 && <Segments label={t.showAs} value={form} options={options} onChange={choose} />}
          {body.state !== "opaque" && <Copy of={get} label={`${t.copy}: ${title}`} />}
        </>
      }
    >
      {body.state === "opaque" && <p className="dim">{t.opaque}</p>}
      {body.state === "lost" && <p className="dim">{t.lost}</p>}
      {form === "json" && whole === null ? (
        <LongJson value={body.json} />
      ) : form === "markdown" ? (
        <Markdown text={text} />
      ) : text ? (
        <LongText text={text} most={whole === null ? 4000 : Number.MAX_SAFE_INTEGER} />
      ) : (
        <p className="dim">{t.nothing}</p>
      )}
      {body.more && whole === null && (
        <p>
          <Button
            quiet
            onClick={() =>
              void wholeOf(trace, span, side)
                .then(setWhole)
                .catch((error: unknown) => notifyProblem(error))
            }
          >
            {t.showAll(count(body.chars))}
          </Button>
        </p>
      )}
    </Section>
  );
}
