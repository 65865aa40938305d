/** A trace's columns as a tree: where each span ends, what is shown when some are folded or searched. Knows no component. */
import type { components } from "../../api/client";

export type Trace = components["schemas"]["Trace"];
export type Span = components["schemas"]["Span"];
export const STATES = ["unset", "hit", "ok", "failed"] as const;
export type State = (typeof STATES)[number];

/** For each span the place behind the last one beneath it: spans stand in the order of a tree. */
export function endsOf(depths: readonly number[]): Int32Array {
  const ends = new Int32Array(depths.length);
  const open: number[] = [];
  for (let i = 0; i < depths.length; i += 1) {
    const depth = depths[i] ?? 0;
    while (open.length > 0 && (depths[open[open.length - 1] ?? 0] ?? 0) >= depth) ends[open.pop() ?? 0] = i;
    open.push(i);
  }
  for (const i of open) ends[i] = depths.length;
  return ends;
}

/** The text of a place in `strings`. */
export const textAt = (trace: Trace, place: number | undefined): string => trace.strings[place ?? 0] ?? "";

/** A step's own name: `module:qualname` without the module. */
export function shortName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Which spans say a text: by name, kind, model, or what is shown of them. Null where nothing is asked. */
export function hitsOf(trace: Trace, asked: string): number[] | null {
  const wanted = asked.trim().toLowerCase();
  if (!wanted) return null;
  const told = trace.strings.map((text) => text.toLowerCase().includes(wanted));
  const found: number[] = [];
  for (let i = 0; i < trace.ids.length; i += 1) {
    if (
      told[trace.names[i] ?? 0] ||
      told[trace.kinds[i] ?? 0] ||
      told[trace.models[i] ?? 0] ||
      trace.ids[i] === wanted ||
      trace.previews[i]?.toLowerCase().includes(wanted)
    )
      found.push(i);
  }
  return found;
}

/** The places to show, in order. What was found is shown with what it lies beneath, whatever is folded. */
export function shownOf(
  trace: Trace,
  ends: Int32Array,
  folded: ReadonlySet<number>,
  found: readonly number[] | null,
): number[] {
  const shown: number[] = [];
  if (found) {
    const keep = new Set<number>();
    for (const i of found) {
      for (let at = i; at >= 0 && !keep.has(at); at = trace.parents[at] ?? -1) keep.add(at);
    }
    for (let i = 0; i < trace.ids.length; i += 1) if (keep.has(i)) shown.push(i);
    return shown;
  }
  for (let i = 0; i < trace.ids.length; ) {
    shown.push(i);
    i = folded.has(i) ? (ends[i] ?? i + 1) : i + 1;
  }
  return shown;
}

/** Everything that has something beneath it, but for the roots: folding all leaves the first level. */
export function foldable(trace: Trace, ends: Int32Array): Set<number> {
  const found = new Set<number>();
  for (let i = 0; i < trace.ids.length; i += 1) if ((ends[i] ?? 0) > i + 1 && (trace.depths[i] ?? 0) > 0) found.add(i);
  return found;
}

/** Without the folds that hide a place. */
export function unfoldedTo(trace: Trace, folded: ReadonlySet<number>, place: number): ReadonlySet<number> {
  const next = new Set(folded);
  for (let at = trace.parents[place] ?? -1; at >= 0; at = trace.parents[at] ?? -1) next.delete(at);
  return next.size === folded.size ? folded : next;
}

/** When a trace ends: nothing of it is later. */
export function lengthOf(trace: Trace): number {
  let most = trace.head.ms;
  for (let i = 0; i < trace.ids.length; i += 1) {
    if (trace.from_record[i]) continue;
    most = Math.max(most, (trace.starts_ms[i] ?? 0) + (trace.durations_ms[i] ?? 0));
  }
  return most > 0 ? most : 1;
}

/** For each span from the record the hit that it lies beneath, with how long that took when it was made; else -1. */
export function madeBeneath(trace: Trace): { hit: Int32Array; took: Float64Array } {
  const hit = new Int32Array(trace.ids.length).fill(-1);
  const took = new Float64Array(trace.ids.length);
  for (let i = 0; i < trace.ids.length; i += 1) {
    if (!trace.from_record[i]) continue;
    const parent = trace.parents[i] ?? -1;
    const at = parent >= 0 && trace.from_record[parent] ? (hit[parent] ?? -1) : parent;
    hit[i] = at;
    if (at >= 0) took[at] = Math.max(took[at] ?? 0, (trace.starts_ms[i] ?? 0) + (trace.durations_ms[i] ?? 0));
  }
  return { hit, took };
}

export interface Window {
  readonly from: number;
  readonly length: number;
}

/** Where a bar stands in a window, in parts of its width: at least a hair wide, and null where it is outside. */
export function barOf(start: number, ms: number, window: Window): { left: number; width: number } | null {
  const left = (start - window.from) / window.length;
  const right = (start + ms - window.from) / window.length;
  if (right < 0 || left > 1) return null;
  const begin = Math.max(0, Math.min(1, left));
  return { left: begin, width: Math.max(0, Math.min(1, right) - begin) };
}

/** The place of the next of some after the present one: again and again goes round. */
export function nextOf(places: readonly number[], now: number): number | undefined {
  const at = places.indexOf(now);
  return places[(at + 1) % Math.max(1, places.length)];
}

/** Where a jump led: among which places, and to which of them. */
export interface Jump {
  readonly among: readonly number[];
  readonly to: number;
}

/** The next jump among some places: to the first of them, and behind it only where the jump before led to here. */
export function jumpOf(places: readonly number[], now: number, last: Jump | null): Jump | null {
  const to = last?.among === places && last.to === now ? nextOf(places, now) : places[0];
  return to === undefined ? null : { among: places, to };
}
