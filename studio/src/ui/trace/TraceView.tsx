/** A trace opened: its figures, its tree with the waterfall, search and jumps. What is chosen is the parent's. */
import { useEffect, useMemo, useRef, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Action, useActions } from "../../app/actions";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { count, duration, moment, money } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../Button";
import {
  endsOf,
  foldable,
  hitsOf,
  type Jump,
  jumpOf,
  lengthOf,
  madeBeneath,
  nextOf,
  shownOf,
  type Trace,
  unfoldedTo,
  type Window,
} from "./shape";
import { Axis, TraceTree } from "./TraceTree";
import { words } from "./words";
import "./trace.css";

export function useTrace(trace: string) {
  return useLoaded(trace ? `trace ${trace}` : null, (signal) => ask("get_trace", { trace }, { signal }));
}

/** Where a span stands, by its id; the first root where there is none of it. */
export function placeOf(trace: Trace, span: string): number {
  return Math.max(0, trace.ids.indexOf(span));
}

/** The trace that keeps a place: what lies beneath a hit is kept elsewhere. */
export function keptIn(trace: Trace, place: number): string {
  return trace.strings[trace.from_record[place] ?? 0] || trace.head.trace;
}

const TONES = { ok: "ok", hit: "hit", failed: "error", unset: "changed" } as const;

export function TraceFigures({ trace }: { trace: Trace }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const { head } = trace;
  const cost = money(head.cost);
  return (
    <div className="span-chips">
      <span className={`chip ${TONES[head.state]}`}>{t[head.state]}</span>
      <span className="chip mono">{duration(head.ms)}</span>
      <span className="chip">{t.spans(head.spans)}</span>
      {head.hits > 0 && <span className="chip hit">{t.hits(head.hits)}</span>}
      {head.failed > 0 && <span className="chip error">{t.failedCount(head.failed)}</span>}
      {head.input_tokens + head.output_tokens > 0 && (
        <span className="chip mono" title={t.tokensLong(head.input_tokens, head.output_tokens)}>
          {t.tokens(count(head.input_tokens), count(head.output_tokens))}
        </span>
      )}
      {cost && <span className="chip mono">{cost}</span>}
      {head.unpriced_calls > 0 && <span className="chip changed">{t.unpriced(head.unpriced_calls)}</span>}
      <span className="dim">{moment(head.started_ms, spoken)}</span>
      {head.run && (
        <Link to={address("/runs/:run", { run: head.run })} title={t.inRun(head.run)}>
          <span className="mono">{head.run}</span>
          {head.item >= 0 && ` · ${t.item(head.item)}`}
        </Link>
      )}
    </div>
  );
}

interface Props {
  trace: Trace;
  /** Place of the chosen span. */
  at: number;
  onAt: (place: number) => void;
  onOpen?: (() => void) | undefined;
  onLeave?: (() => void) | undefined;
  /** The page's own keys are the tree's. */
  alone?: boolean;
}

export function TraceTreeView({ trace, at, onAt, onOpen, onLeave, alone = false }: Props) {
  const t = useWords(words);
  const f = useWords(frame);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [q, setQ] = useState("");
  const [onlyCritical, setOnlyCritical] = useState(false);
  const [zoom, setZoom] = useState<Window | null>(null);
  const [jumped, setJumped] = useState<Jump | null>(null);
  const [none, setNone] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const ends = useMemo(() => endsOf(trace.depths), [trace]);
  const made = useMemo(() => madeBeneath(trace), [trace]);
  const critical = useMemo(
    () => new Map(trace.critical.map((place, i) => [place, trace.critical_ms[i] ?? 0])),
    [trace],
  );
  const found = useMemo(() => hitsOf(trace, q), [trace, q]);
  const foundSet = useMemo(() => (found ? new Set(found) : null), [found]);
  const shown = useMemo(() => shownOf(trace, ends, folded, found), [trace, ends, folded, found]);
  const whole = useMemo<Window>(() => ({ from: 0, length: lengthOf(trace) }), [trace]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another trace is looked at anew
  useEffect(() => {
    setFolded(new Set());
    setZoom(null);
    setJumped(null);
    setNone("");
  }, [trace.head.trace]);
  useEffect(() => setFolded((now) => unfoldedTo(trace, now, at)), [trace, at]);

  const tree = (): void => box.current?.querySelector<HTMLElement>("[role=tree]")?.focus();
  const jump = ({ of, none }: { of: readonly number[]; none: string }): void => {
    const next = jumpOf(of, at, jumped);
    setJumped(next);
    setNone(next ? "" : none);
    setQ("");
    if (!next) return;
    onAt(next.to);
    tree();
  };
  const jumps = {
    slowest: { label: t.slowest, long: t.slowestLong, of: trace.slowest, none: t.noSlowest },
    dearest: { label: t.dearest, long: t.dearestLong, of: trace.dearest, none: t.noDearest },
    failed: { label: t.failedOnes, long: t.failedLong, of: trace.failed, none: t.noFailed },
  };
  /** What the last jump or the search came to. */
  const told = (): string => {
    if (found) return found.length ? t.found(found.length, trace.ids.length) : t.nothingFound;
    const kind = Object.values(jumps).find((each) => each.of === jumped?.among);
    if (!jumped || !kind || jumped.to !== at) return none;
    return t.jumped(kind.label, kind.of.indexOf(at) + 1, kind.of.length);
  };
  const fold = (place: number, close: boolean): void =>
    setFolded((now) => {
      const next = new Set(now);
      if (close) next.add(place);
      else next.delete(place);
      return next;
    });
  const turnZoom = (): void => {
    const isRecord = (trace.from_record[at] ?? 0) > 0;
    const ms = trace.durations_ms[at] ?? 0;
    setZoom((now) => (now || isRecord ? null : { from: trace.starts_ms[at] ?? 0, length: ms || 1 }));
  };
  const findId = alone ? "trace-find" : "panel-trace-find";
  const list: Action[] = [
    { id: "trace-find", label: t.find, keys: "/", run: () => document.getElementById(findId)?.focus() },
    { id: "trace-slow", label: t.slowest, keys: "s", inStatus: true, run: () => jump(jumps.slowest) },
    { id: "trace-dear", label: t.dearest, keys: "d", inStatus: true, run: () => jump(jumps.dearest) },
    { id: "trace-failed", label: t.failedOnes, keys: "f", inStatus: true, run: () => jump(jumps.failed) },
    { id: "trace-critical", label: t.critical, keys: "c", run: () => setOnlyCritical((now) => !now) },
    { id: "trace-zoom", label: t.zoom, keys: "z", run: turnZoom },
    { id: "trace-open", label: t.openAll, keys: "e", run: () => setFolded(new Set()) },
    { id: "trace-close", label: t.closeAll, keys: "w", run: () => setFolded(foldable(trace, ends)) },
  ];
  useActions(
    alone
      ? [
          { id: "trace-move", label: t.move, keys: "ArrowUp ArrowDown", inStatus: true },
          { id: "trace-fold", label: t.fold, keys: "ArrowLeft ArrowRight", inStatus: true },
          ...list,
        ]
      : [],
  );
  const onKey = (key: string): boolean => {
    const action = list.find((each) => each.keys === key);
    action?.run?.();
    return action !== undefined;
  };
  return (
    <div className="trace-tree" ref={box}>
      <div className="tree-tools">
        <input
          id={findId}
          type="search"
          className="input tree-find"
          autoComplete="off"
          spellCheck={false}
          aria-label={t.find}
          placeholder={t.find}
          value={q}
          onChange={(event) => setQ(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && found) {
              event.preventDefault();
              const next = nextOf(event.shiftKey ? [...found].reverse() : found, at);
              if (next !== undefined) onAt(next);
            } else if (event.key === "Escape" || event.key === "ArrowDown") {
              event.preventDefault();
              event.stopPropagation();
              if (event.key === "Escape") setQ("");
              tree();
            }
          }}
        />
        <span className="dim tree-count" role="status">
          {told()}
        </span>
        {Object.values(jumps).map((each) => (
          <Button
            key={each.label}
            quiet
            className="small"
            title={each.long}
            disabled={each.of.length === 0}
            onClick={() => jump(each)}
          >
            {each.label}
          </Button>
        ))}
        <Button
          quiet
          className="small"
          title={t.criticalLong}
          aria-pressed={onlyCritical}
          onClick={() => setOnlyCritical(!onlyCritical)}
        >
          {t.critical}
        </Button>
        <Button
          quiet
          className="small"
          icon="search"
          label={zoom ? t.unzoom : t.zoom}
          aria-pressed={zoom !== null}
          onClick={turnZoom}
        />
      </div>
      <Axis window={zoom ?? whole} />
      <TraceTree
        trace={trace}
        ends={ends}
        shown={shown}
        folded={folded}
        onFold={fold}
        at={at}
        onAt={onAt}
        onOpen={onOpen}
        onLeave={onLeave}
        onKey={alone ? undefined : onKey}
        found={foundSet}
        onlyCritical={onlyCritical}
        critical={critical}
        window={zoom ?? whole}
        made={made}
        label={t.tree}
      />
      {trace.more && <p className="dim small-print tree-cut">{t.cut(trace.ids.length, trace.total)}</p>}
      <span className="unseen">{f.move}</span>
    </div>
  );
}
