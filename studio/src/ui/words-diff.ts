/** What changed between two texts, word by word (Myers' greedy algorithm over words). Knows no component. */

export interface Change {
  readonly op: "same" | "removed" | "added";
  readonly text: string;
}

/** Words, single Chinese characters, runs of space and single marks: the units that are compared. */
export function wordsOf(text: string): string[] {
  return text.match(/[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]|[\p{L}\p{N}_]+|\n|[^\S\n]+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

const FARTHEST = 2000;

export function diffWords(before: string, after: string): Change[] {
  const a = wordsOf(before);
  const b = wordsOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const middle = shortest(a.slice(start, endA), b.slice(start, endB));
  return joined([["same", a.slice(0, start)], ...middle, ["same", a.slice(endA)]]);
}

type Piece = [Change["op"], string[]];

function joined(pieces: Piece[]): Change[] {
  const found: { op: Change["op"]; text: string }[] = [];
  for (const [op, words] of pieces) {
    if (words.length === 0) continue;
    const last = found.at(-1);
    if (last?.op === op) last.text += words.join("");
    else found.push({ op, text: words.join("") });
  }
  return found;
}

/** The shortest edit; texts that share almost nothing are told as one removed and one added. */
function shortest(a: string[], b: string[]): Piece[] {
  if (a.length === 0 || b.length === 0)
    return [
      ["removed", a],
      ["added", b],
    ];
  const most = Math.min(a.length + b.length, FARTHEST);
  const trail: Int32Array[] = [];
  let reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  for (let d = 0; d <= most; d += 1) {
    trail.push(reach.slice(middle - d - 1, middle + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach[middle + k - 1] ?? 0) < (reach[middle + k + 1] ?? 0));
      let x = down ? (reach[middle + k + 1] ?? 0) : (reach[middle + k - 1] ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      reach[middle + k] = x;
      if (x >= a.length && y >= b.length) return walkedBack(a, b, trail, d);
    }
    reach = reach.slice();
  }
  return [
    ["removed", a],
    ["added", b],
  ];
}

function walkedBack(a: string[], b: string[], trail: Int32Array[], last: number): Piece[] {
  const found: Piece[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = last; d > 0; d -= 1) {
    const reach = trail[d];
    if (!reach) break;
    const at = (k: number): number => reach[k + d + 1] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const beforeX = down ? at(k + 1) : at(k - 1);
    const beforeY = beforeX - (down ? k + 1 : k - 1);
    const startX = down ? beforeX : beforeX + 1;
    if (x > startX) found.push(["same", a.slice(startX, x)]);
    if (down) found.push(["added", b.slice(beforeY, beforeY + 1)]);
    else found.push(["removed", a.slice(beforeX, beforeX + 1)]);
    x = beforeX;
    y = beforeY;
  }
  if (x > 0) found.push(["same", a.slice(0, x)]);
  return found.reverse();
}
