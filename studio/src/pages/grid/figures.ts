/** Figures over the rows of a grid. Pure. */
import type { Held } from "./data";

export interface Figures {
  readonly hits: number;
  readonly ran: number;
  readonly failed: number;
  readonly running: number;
  /** Milliseconds of the items that were not reused. */
  readonly p50: number | null;
  readonly p95: number | null;
}

export function quantile(sorted: readonly number[], q: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
}

const ENDED = new Set([2, 3]);

export function figuresOf(rows: readonly (Held | undefined)[]): Figures {
  const counts = [0, 0, 0, 0, 0, 0];
  const times: number[] = [];
  for (const held of rows) {
    if (!held) continue;
    const [, , state, , ms, , , cells] = held.row;
    if (ENDED.has(state)) times.push(ms);
    for (const cell of cells) if (cell) counts[cell[0]] = (counts[cell[0]] ?? 0) + 1;
  }
  times.sort((a, b) => a - b);
  const [, hits = 0, ran = 0, failed = 0, running = 0] = counts;
  return { hits, ran, failed, running, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

/**
 * How many cells there are, or will be. While it runs every item may come to every step; afterwards what did not end
 * never will: the steps behind a failed one have no cell, and the bar is full.
 */
export function cellsOf(items: number, steps: number, ended: number, isRunning: boolean): number {
  return isRunning ? Math.max(1, ended, items * Math.max(1, steps)) : Math.max(1, ended);
}

export interface Curve {
  /** Middle of each stretch of rows, as a place in the dataset. */
  readonly at: number[];
  readonly p50: (number | null)[];
  readonly p95: (number | null)[];
}

const STRETCHES = 40;
const LEAST = 4;

/** The items' time along the dataset, in stretches of rows. */
export function curveOf(rows: readonly (Held | undefined)[]): Curve {
  const size = Math.max(LEAST, Math.ceil(rows.length / STRETCHES));
  const curve: Curve = { at: [], p50: [], p95: [] };
  for (let from = 0; from < rows.length; from += size) {
    const times = rows
      .slice(from, from + size)
      .filter((held) => held !== undefined && ENDED.has(held.row[2]))
      .map((held) => held?.row[4] ?? 0)
      .sort((a, b) => a - b);
    curve.at.push(from + Math.min(size, rows.length - from) / 2 + 0.5);
    curve.p50.push(quantile(times, 0.5));
    curve.p95.push(quantile(times, 0.95));
  }
  return curve;
}
