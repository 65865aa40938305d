/** A matrix as people read it. Knows no component. */
import type { components } from "../../api/client";

export type Matrix = components["schemas"]["Matrix"];
export type Variant = components["schemas"]["MatrixVariant"];
export type Scorer = components["schemas"]["MatrixScorer"];
export type Score = components["schemas"]["MatrixScore"];
export type BrokenRow = components["schemas"]["BrokenRow"];

/** The variants whose score is the best of a column; none where nobody knows which end is the better one. */
export function bestOf(variants: readonly Variant[], place: number, better: Scorer["better"]): ReadonlySet<string> {
  if (better === "unknown") return new Set();
  const means = variants.flatMap((each) => {
    const mean = each.scores[place]?.mean;
    return mean === null || mean === undefined ? [] : [{ run: each.run.id, mean }];
  });
  const values = means.map((each) => each.mean);
  const best = better === "lower" ? Math.min(...values) : Math.max(...values);
  if (values.length < 2 || values.every((value) => value === best)) return new Set();
  return new Set(means.filter((each) => each.mean === best).map((each) => each.run));
}

/** The variant after one, in the order of the table; the baseline is passed over; "" stands for any. */
export function nextVariant(variants: readonly Variant[], now: string): string {
  const runs = ["", ...variants.slice(1).map((each) => each.run.id)];
  return runs[(runs.indexOf(now) + 1) % runs.length] ?? "";
}

/** A p value as people read it. */
export const chance = (p: number): string => (p < 0.0005 ? "<0.001" : p.toFixed(3));
