/** The columns of the list, and what stands in them. */
import type { CSSProperties } from "react";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { count, duration, moment, money } from "../../i18n/figures";
import { kindName } from "../../i18n/kinds";
import { type Translation, useLanguage, useWords } from "../../i18n/words";
import { hueOf } from "../../look/kinds";
import type { GridColumn } from "../../ui/Grid";
import { shortName } from "../../ui/trace/shape";
import type { TraceHead } from "./data";
import type { en } from "./en";
import { words } from "./words";

export function columnsOf(t: Translation<typeof en>): GridColumn[] {
  return [
    { key: "name", head: t.name, width: 150, grow: 1, frozen: true },
    { key: "started", head: t.started, width: 106 },
    { key: "input", head: t.input, width: 170, grow: 3 },
    { key: "output", head: t.output, width: 170, grow: 3 },
    { key: "time", head: t.time, width: 84, align: "end" },
    { key: "spans", head: t.spans, width: 72, align: "end" },
    { key: "hits", head: t.hits, width: 64, align: "end" },
    { key: "tokens", head: t.tokens, width: 84, align: "end" },
    { key: "cost", head: t.cost, width: 90, align: "end" },
    { key: "run", head: t.run, width: 142 },
  ];
}

const MARKS = { ok: "ok", hit: "hit", failed: "failed", unset: "unset" } as const;
const TOLD = { ok: "stateOk", hit: "stateHit", failed: "stateFailed", unset: "stateUnset" } as const;

export function TraceCell({ of, column }: { of: TraceHead | undefined; column: string }) {
  const t = useWords(words);
  const spoken = useLanguage();
  if (!of) return null;
  switch (column) {
    case "name":
      return (
        <>
          <span
            className={`state-mark ${MARKS[of.state]}`}
            role="img"
            aria-label={t[TOLD[of.state]]}
            title={t[TOLD[of.state]]}
          />
          <span
            className="dot"
            role="img"
            aria-label={kindName(of.kind)}
            title={kindName(of.kind)}
            style={{ "--kind": `var(${hueOf(of.kind)})` } as CSSProperties}
          />
          <Link className="line theirs plain" to={address("/traces/:trace", { trace: of.trace })} tabIndex={-1}>
            {shortName(of.name)}
          </Link>
          {of.state !== "failed" && of.failed > 0 && <span className="tree-tag error">{t.failed}</span>}
          {of.down > 0 && <span className="tree-tag error">{t.rated_down}</span>}
          {of.up > 0 && <span className="tree-tag">{t.rated_up}</span>}
          {of.state === "hit" && <span className="tree-tag hit">{t.stateHit}</span>}
        </>
      );
    case "started":
      return <span className="soft">{moment(of.started_ms, spoken)}</span>;
    case "input":
      return <span className="line theirs soft">{of.input}</span>;
    case "output":
      return of.error ? (
        <span className="line theirs trace-error">{of.error}</span>
      ) : (
        <span className={`line theirs${of.state === "hit" ? " dim" : ""}`}>{of.output}</span>
      );
    case "time":
      return <span className="mono">{duration(of.ms)}</span>;
    case "spans":
      return (
        <span className="mono" title={of.partial ? t.partly : undefined}>
          {count(of.spans)}
          {of.partial && "+"}
        </span>
      );
    case "hits":
      return <span className="mono hit-count">{of.hits > 0 && count(of.hits)}</span>;
    case "tokens":
      return (
        <span className="mono">
          {of.input_tokens + of.output_tokens > 0 && count(of.input_tokens + of.output_tokens)}
        </span>
      );
    case "cost":
      return <span className="mono">{money(of.cost) || (of.unpriced_calls > 0 ? "?" : "")}</span>;
    default:
      return of.run ? (
        <Link className="line mono soft" to={address("/runs/:run", { run: of.run })} tabIndex={-1}>
          {of.run}
        </Link>
      ) : null;
  }
}
