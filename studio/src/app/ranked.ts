/** Which entries a typed text means: its letters in order, the closer together and the nearer to a word's start the better. */

export function ranked<T extends { readonly label: string }>(typed: string, entries: readonly T[]): T[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [...entries];
  return entries
    .map((entry, i) => ({ entry, i, score: score(wanted, entry.label.toLowerCase()) }))
    .filter((each) => each.score > 0)
    .sort((a, b) => b.score - a.score || a.i - b.i)
    .map((each) => each.entry);
}

function score(wanted: string, text: string): number {
  const whole = text.indexOf(wanted);
  if (whole >= 0) return 1000 - whole - (isStart(text, whole) ? 0 : 100);
  let at = -1;
  let gaps = 0;
  for (const letter of wanted) {
    if (letter === " ") continue;
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return 0;
    gaps += next - at - 1;
    at = next;
  }
  return Math.max(1, 500 - gaps);
}

function isStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === " ";
}
