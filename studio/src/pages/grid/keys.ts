/** Which words of a row's text are names of its values. Pure: it knows the texts alone. */

const FIRST_KEY = /^([\p{L}_][\p{L}\p{N}_]*): /u;
const NEXT_KEY = /, ([\p{L}_][\p{L}\p{N}_]*): /gu;
const LOOKED_AT = 60;

const next = (text: string): string[] => [...text.matchAll(NEXT_KEY)].map((found) => found[1] ?? "");

/** The names behind the first: what stands before a colon in half of the rows is one, in a few it is a word. */
export function namesIn(texts: readonly string[]): string {
  const keyed = texts.filter((text) => FIRST_KEY.test(text)).slice(0, LOOKED_AT);
  const counts = new Map<string, number>();
  for (const text of keyed) for (const name of new Set(next(text))) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .filter(([, n]) => n * 2 >= keyed.length)
    .map(([name]) => name)
    .sort()
    .join(" ");
}

/** The name of an only value and what comes behind it; the name is empty where there are several, or none. */
export function onlyName(text: string, names: string): readonly [name: string, rest: string] {
  const found = FIRST_KEY.exec(text)?.[0] ?? "";
  const others = names.split(" ");
  if (!found || next(text).some((name) => others.includes(name))) return ["", text];
  return [found, text.slice(found.length)];
}
