/** What a key means for an item, and where to go next. Knows no page. */
import type { Answer } from "../../api/client";

export type Queue = Answer<"get_review">;
export type Item = Answer<"get_review_item">;
export type Given = NonNullable<Item["answer"]>;
export type Verdict = Given["verdict"];
export type Criterion = Queue["head"]["criteria"][number];

/** The next item in one's order that is still to be answered, from a place on, around the end; null: there is none. */
export function nextOpen(queue: Pick<Queue, "places" | "states">, from: number): number | null {
  const { places, states } = queue;
  const start = places.indexOf(from);
  for (let step = 1; step <= places.length; step++) {
    const at = (start + step) % places.length;
    if (states[at] === 0 || states[at] === 3) return places[at] ?? null;
  }
  return null;
}

/** The item beside another one in one's order; at an end, the same. */
export function beside(places: readonly number[], from: number, by: number): number {
  const at = Math.max(0, Math.min(places.length - 1, places.indexOf(from) + by));
  return places[at] ?? from;
}

/** The marks that a criterion takes, with the key for each. */
export function marksOf(of: Criterion): { key: string; mark: number }[] {
  if (of.high === 1) {
    return [
      { key: "y", mark: 1 },
      { key: "n", mark: 0 },
    ];
  }
  return Array.from({ length: of.high - of.low + 1 }, (_, i) => ({ key: String(of.low + i), mark: of.low + i }));
}

/** The criterion to be marked next: the first one without a mark, after this one if there is one; -1: all have one. */
export function unmarked(criteria: readonly Criterion[], marks: Readonly<Record<string, number>>, after = -1): number {
  const open = criteria.map((each, i) => (each.name in marks ? -1 : i)).filter((i) => i >= 0);
  return open.find((i) => i > after) ?? open[0] ?? -1;
}

/** A queue with one item's state changed. */
export function withState(queue: Queue, place: number, state: Queue["states"][number], left: number): Queue {
  const at = queue.places.indexOf(place);
  return { ...queue, left, states: queue.states.map((each, i) => (i === at ? state : each)) };
}

/** Time for which an item was in sight, in ms. */
export class Watch {
  private spent = 0;
  private since: number | null = null;
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  /** Another item, on which so much was spent before. */
  restart(before: number): void {
    this.spent = before;
    this.since = this.now();
  }

  pause(): void {
    this.spent = this.read();
    this.since = null;
  }

  resume(): void {
    this.since ??= this.now();
  }

  read(): number {
    return this.spent + (this.since === null ? 0 : this.now() - this.since);
  }
}
