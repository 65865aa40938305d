/** Which runs an address compares: `a` and any number of `b`. Knows no component. */

export interface Chosen {
  readonly a: string;
  readonly candidates: readonly string[];
}

/** Candidates that are taken together. */
export const MOST_CANDIDATES = 8;

export function chosenIn(query: string): Chosen {
  const asked = new URLSearchParams(query);
  const a = asked.get("a") ?? "";
  const all = [...new Set(asked.getAll("b").filter(Boolean))];
  const others = all.length > 1 ? all.filter((each) => each !== a) : all;
  return { a, candidates: others.slice(0, MOST_CANDIDATES) };
}

/** The address of other runs. What an address says of rows is of those runs alone; `keep` names what stays. */
export function addressOf({ a, candidates }: Chosen, query = "", keep: readonly string[] = []): string {
  const now = new URLSearchParams(query);
  const asked = new URLSearchParams();
  if (a) asked.set("a", a);
  for (const each of candidates) asked.append("b", each);
  for (const key of keep) if (now.get(key)) asked.set(key, now.get(key) ?? "");
  const text = asked.toString();
  return text ? `/compare?${text}` : "/compare";
}

/** The runs after one was taken for a side, or let go of. */
export function taken({ a, candidates }: Chosen, side: "a" | "b", run: string): Chosen {
  const rest = candidates.filter((each) => each !== run);
  if (side === "a") return { a: a === run ? "" : run, candidates: rest };
  const added = rest.length < candidates.length ? rest : [...rest, run].slice(-MOST_CANDIDATES);
  return { a: a === run ? "" : a, candidates: added };
}
