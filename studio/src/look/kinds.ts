/** One hue a step kind: the same in grid, waterfall and charts. */
const HUES = new Set(["step", "model", "search", "rerank", "embed", "tool", "agent", "guard", "score"]);
const LIKE: Record<string, string> = { ask: "model", target: "step", build: "step", scorer: "score", scoring: "score" };

/** The colour token of a kind. */
export function hueOf(kind: string): string {
  const known = LIKE[kind] ?? kind;
  return HUES.has(known) ? `--kind-${known}` : "--kind-other";
}
