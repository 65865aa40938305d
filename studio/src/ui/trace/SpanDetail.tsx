/** One span with everything that was kept of it. Knows no trace but its own. */
import { useRef } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { count, duration, money } from "../../i18n/figures";
import { kindName } from "../../i18n/kinds";
import { useWords } from "../../i18n/words";
import { hueOf } from "../../look/kinds";
import { Section } from "../Panel";
import { Loading, ProblemNote } from "../Told";
import { BodySection } from "./BodyView";
import { Copy } from "./Copy";
import { LongText } from "./LongText";
import { Messages } from "./Messages";
import { AttributesSection, LabelChip, LabelsSection, RecordSection } from "./RecordView";
import { RetrievalSection } from "./RetrievalView";
import { type Span, shortName } from "./shape";
import { words } from "./words";

/** A span, the one before it for as long as the next is on its way. */
export function useSpan(trace: string, span: string) {
  const loaded = useLoaded(trace && span ? `span ${trace} ${span}` : null, (signal) =>
    ask("get_span", { trace, span }, { signal }),
  );
  const last = useRef<Span | null>(null);
  if (loaded.data) last.current = loaded.data;
  return { ...loaded, shown: loaded.data ?? (loaded.problem ? null : last.current) };
}

const TONES = { ok: "ok", hit: "hit", failed: "error", unset: "" } as const;

export function SpanHead({ span, isRecord }: { span: Span; isRecord: boolean }) {
  const t = useWords(words);
  const cost = money(span.cost);
  return (
    <div className="span-head">
      <div className="row">
        <span className="dot" style={{ "--kind": `var(${hueOf(span.kind)})` } as React.CSSProperties} />
        <h2 className="line theirs" title={span.name}>
          {shortName(span.name)}
        </h2>
        <span className="dim">{kindName(span.kind)}</span>
      </div>
      <div className="span-chips">
        <span className={`chip ${TONES[span.state]}`}>{t[span.state]}</span>
        {isRecord && (
          <span className="chip" title={t.recordLong}>
            {t.record}
          </span>
        )}
        <span className="chip mono">{duration(span.ms)}</span>
        {span.model && <span className="chip mono theirs">{span.model}</span>}
        {span.input_tokens + span.output_tokens > 0 && (
          <span className="chip mono" title={t.tokensLong(span.input_tokens, span.output_tokens)}>
            {t.tokens(count(span.input_tokens), count(span.output_tokens))}
          </span>
        )}
        {cost && <span className="chip mono">{cost}</span>}
        {span.unpriced && <span className="chip changed">{t.unpricedOne}</span>}
        {span.labels && <LabelChip of={span.labels} />}
      </div>
    </div>
  );
}

interface Props {
  loaded: ReturnType<typeof useSpan>;
}

export function SpanDetail({ loaded }: Props) {
  const t = useWords(words);
  const span = loaded.shown;
  if (loaded.problem) return <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />;
  if (!span) return <Loading />;
  const at = { trace: span.trace, span: span.span };
  const isTold = span.messages.length > 0 || span.retrieval !== null;
  const link = address("/traces/:trace", { trace: span.trace }, { span: span.span });
  return (
    <div className="span-detail" aria-busy={loaded.loading}>
      {span.error && (
        <Section title={t.error} end={<Copy of={span.error} label={`${t.copy}: ${t.error}`} />}>
          <div className="span-error">
            <LongText text={span.error} mono />
          </div>
        </Section>
      )}
      {span.messages.length > 0 && (
        <Section title={t.messages}>
          <Messages of={span.messages} />
          {span.more_messages && <p className="dim small-print">{t.moreMessages}</p>}
        </Section>
      )}
      {span.retrieval && <RetrievalSection of={span.retrieval} />}
      {isTold ? (
        <details className="span-raw">
          <summary>{t.asSent}</summary>
          <BodySection title={t.input} body={span.input} side="input" {...at} />
          <BodySection title={t.output} body={span.output} side="output" {...at} />
        </details>
      ) : (
        <>
          <BodySection title={t.output} body={span.output} side="output" {...at} />
          <BodySection title={t.input} body={span.input} side="input" {...at} />
        </>
      )}
      {span.prompts.length > 0 && (
        <Section title={t.prompts}>
          <ul className="beneath">
            {span.prompts.map((each) => (
              <li key={each.name + each.version}>
                <Link to={address("/playground", {}, { trace: span.trace, span: span.span })}>
                  <span className="theirs">{each.name}</span>
                </Link>{" "}
                <span className="dim mono">{each.version.slice(0, 10)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {span.labels && <LabelsSection of={span.labels} />}
      {span.record && <RecordSection of={span.record} here={span.trace} />}
      <AttributesSection of={span.attributes} />
      <div className="span-ids mono dim">
        <span className="theirs">{span.span}</span>
        <Copy of={span.span} label={t.copyId} />
        <Copy of={new URL(link, location.href).href} label={t.copyLink} icon="link" />
      </div>
    </div>
  );
}
