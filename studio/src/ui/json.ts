/** JSON as people read it, and its parts for colouring. Knows no component. */

export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "null";
}

export type JsonToken = readonly [kind: "key" | "string" | "plain" | "", text: string];

const PART = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

/** The parts of indented JSON, in order; together they are the text. */
export function tokensOf(text: string): JsonToken[] {
  const found: JsonToken[] = [];
  let last = 0;
  for (const match of text.matchAll(PART)) {
    if (match.index > last) found.push(["", text.slice(last, match.index)]);
    const [whole] = match;
    found.push([match[1] !== undefined ? "key" : whole.startsWith('"') ? "string" : "plain", whole]);
    last = match.index + whole.length;
  }
  if (last < text.length) found.push(["", text.slice(last)]);
  return found;
}
