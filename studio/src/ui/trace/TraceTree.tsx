/**
 * A trace as a tree with its waterfall: one virtualised list, of which only what is on screen exists. The list holds
 * the focus and names the span that one is at, so that a row may leave the screen. Knows no API.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useEffect,
  useId,
  useMemo,
  useRef,
} from "react";
import { duration } from "../../i18n/figures";
import { kindName } from "../../i18n/kinds";
import { useWords } from "../../i18n/words";
import { hueOf } from "../../look/kinds";
import { Icon } from "../Icon";
import { barOf, STATES, shortName, type Trace, textAt, type Window } from "./shape";
import { words } from "./words";

const ROW = 28;
const OVERSCAN = 10;
const DEEPEST = 16;

interface Props {
  trace: Trace;
  ends: Int32Array;
  /** Places, in the order in which they are shown. */
  shown: readonly number[];
  folded: ReadonlySet<number>;
  onFold: (place: number, fold: boolean) => void;
  at: number;
  onAt: (place: number) => void;
  /** Enter, or a double click. */
  onOpen?: ((place: number) => void) | undefined;
  onLeave?: (() => void) | undefined;
  /** Further keys: true where one was heard. */
  onKey?: ((key: string) => boolean) | undefined;
  found: ReadonlySet<number> | null;
  /** Dim what is not on the critical path. */
  onlyCritical: boolean;
  critical: ReadonlyMap<number, number>;
  window: Window;
  made: { hit: Int32Array; took: Float64Array };
  label: string;
}

interface RowProps {
  id: string;
  place: number;
  start: number;
  isAt: boolean;
  /** Open, folded, or nothing beneath. */
  fold: boolean | undefined;
  mark: string;
  position: number;
  size: number;
  trace: Trace;
  held: number | undefined;
  window: Window;
  made: Props["made"];
}

function Bar({ place, trace, window, made }: { place: number; trace: Trace; window: Window; made: Props["made"] }) {
  const hit = made.hit[place] ?? -1;
  const own = hit >= 0 ? { from: 0, length: made.took[hit] || 1 } : window;
  const bar = barOf(trace.starts_ms[place] ?? 0, trace.durations_ms[place] ?? 0, own);
  if (!bar) return null;
  return (
    <span className="waterfall-bar" style={{ left: `${bar.left * 100}%`, width: `max(3px, ${bar.width * 100}%)` }} />
  );
}

const Row = memo(function Row(props: RowProps) {
  const { id, place, start, isAt, fold, mark, position, size, trace, held, window, made } = props;
  const t = useWords(words);
  const state = STATES[trace.states[place] ?? 0] ?? "unset";
  const name = textAt(trace, trace.names[place]);
  const model = textAt(trace, trace.models[place]);
  const kind = textAt(trace, trace.kinds[place]);
  const isRecord = (trace.from_record[place] ?? 0) > 0;
  const depth = trace.depths[place] ?? 0;
  const preview = trace.previews[place] ?? "";
  const told = [name, kindName(kind), state === "unset" ? "" : t[state], isRecord ? t.recordLong : ""];
  if (held !== undefined) told.push(t.onPath(duration(held)));
  return (
    <div
      id={`${id}-${place}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isAt}
      aria-expanded={fold === undefined ? undefined : !fold}
      aria-setsize={size}
      aria-posinset={position + 1}
      aria-label={`${shortName(name)}, ${told.slice(1).filter(Boolean).join(", ")}, ${duration(trace.durations_ms[place] ?? 0)}`}
      data-place={place}
      className={`tree-row ${state}${isRecord ? " record" : ""}${isAt ? " at" : ""}${held === undefined ? "" : " critical"}${mark}`}
      style={{ transform: `translateY(${start}px)`, "--kind": `var(${hueOf(kind)})` } as CSSProperties}
      title={told.filter(Boolean).join(" · ")}
    >
      <span className="tree-name" style={{ paddingLeft: 8 + Math.min(depth, DEEPEST) * 14 }}>
        <span className="tree-fold" data-fold={fold === undefined ? undefined : "1"}>
          {fold !== undefined && <Icon name={fold ? "right" : "down"} size={12} />}
        </span>
        <span className="dot" />
        <span className="line theirs tree-text">{shortName(name) || t.span}</span>
        {model && <span className="line theirs dim tree-model mono">{model}</span>}
        {state === "hit" && <span className="tree-tag hit">{t.hit}</span>}
        {state === "failed" && <span className="tree-tag error">{t.failed}</span>}
        {isRecord && state !== "hit" && <span className="tree-tag">{t.record}</span>}
        <span className={`line theirs tree-preview${state === "failed" ? " error" : ""}`}>{preview}</span>
      </span>
      <span className="tree-lane">
        <Bar place={place} trace={trace} window={window} made={made} />
      </span>
      <span className="tree-ms mono">{duration(trace.durations_ms[place] ?? 0)}</span>
    </div>
  );
});

/** A moment on the axis: as fine as the window is short. */
export function tickOf(ms: number, length: number): string {
  if (length >= 8 || ms === 0) return duration(ms);
  return `${ms.toFixed(length < 1 ? 3 : 2)} ms`;
}

/** The times above the bars. */
export function Axis({ window }: { window: Window }) {
  return (
    <div className="tree-axis mono" aria-hidden="true">
      <span className="tree-name" />
      <span className="tree-lane">
        {[0, 0.25, 0.5, 0.75].map((part) => (
          <span key={part} className="axis-tick" style={{ left: `${part * 100}%` }}>
            {tickOf(window.from + window.length * part, window.length)}
          </span>
        ))}
      </span>
      <span className="tree-ms">{tickOf(window.from + window.length, window.length)}</span>
    </div>
  );
}

export function TraceTree(props: Props) {
  const { trace, ends, shown, folded, at, onAt, onFold, found, onlyCritical, critical, window, made } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const positions = useMemo(() => new Map(shown.map((place, i) => [place, i])), [shown]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const position = positions.get(at) ?? -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place comes into sight, nothing else moves the list
  useEffect(() => {
    if (position >= 0) virtual.scrollToIndex(position, { align: "auto" });
  }, [at, position]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const screen = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW) - 1);
    if (walked(event.key, screen, position, props) || props.onKey?.(event.key)) event.preventDefault();
  };
  const onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    const place = Number(target.closest<HTMLElement>("[data-place]")?.dataset.place ?? -1);
    if (place < 0) return;
    onAt(place);
    if (target.closest("[data-fold]")) onFold(place, !folded.has(place));
  };
  const isSeen = items.some((item) => shown[item.index] === at);
  return (
    <div
      ref={box}
      className="tree"
      role="tree"
      aria-label={props.label}
      aria-activedescendant={isSeen ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={() => props.onOpen?.(at)}
    >
      <div role="none" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const place = shown[item.index] ?? 0;
          const held = critical.get(place);
          const dimmed = (onlyCritical && held === undefined) || (found !== null && !found.has(place));
          return (
            <Row
              key={place}
              id={id}
              place={place}
              start={item.start}
              isAt={place === at}
              fold={(ends[place] ?? 0) > place + 1 && !found ? folded.has(place) : undefined}
              mark={dimmed ? " dimmed" : ""}
              position={item.index}
              size={shown.length}
              trace={trace}
              held={held}
              window={window}
              made={made}
            />
          );
        })}
      </div>
    </div>
  );
}

/** What a key does in the tree; false where nothing. */
function walked(key: string, screen: number, position: number, props: Props): boolean {
  const { trace, ends, shown, folded, at, onAt, onFold } = props;
  const last = shown.length - 1;
  const go = (to: number): boolean => {
    const place = shown[Math.max(0, Math.min(last, to))];
    if (place !== undefined) onAt(place);
    return true;
  };
  const hasBeneath = (ends[at] ?? 0) > at + 1;
  switch (key) {
    case "ArrowDown":
      return go(position + 1);
    case "ArrowUp":
      return go(position - 1);
    case "PageDown":
      return go(position + screen);
    case "PageUp":
      return go(position - screen);
    case "Home":
      return go(0);
    case "End":
      return go(last);
    case "ArrowRight":
      if (hasBeneath && folded.has(at)) onFold(at, false);
      else if (hasBeneath) go(position + 1);
      return true;
    case "ArrowLeft": {
      const parent = trace.parents[at] ?? -1;
      if (hasBeneath && !folded.has(at)) onFold(at, true);
      else if (parent >= 0) onAt(parent);
      return true;
    }
    case "Enter":
      props.onOpen?.(at);
      return props.onOpen !== undefined;
    case "Escape":
      props.onLeave?.();
      return props.onLeave !== undefined;
    default:
      return false;
  }
}
