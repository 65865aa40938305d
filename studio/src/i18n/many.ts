/** English counts: a figure with its noun in the right number. Knows no page. */

/** `1 call`, `2 calls`, `12.3k calls`. */
export function many(n: number | string, noun: string, nouns = `${noun}s`): string {
  return `${n} ${String(n) === "1" ? noun : nouns}`;
}
