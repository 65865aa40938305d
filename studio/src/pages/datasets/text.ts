/** A row as the text that stands in its file: its parts and its layout, without touching a number. Knows no component. */

export interface Part {
  readonly key: string;
  /** As it stands there: `"a"`, `12345678901234567890`, `{...}`; cut where the text is. */
  readonly raw: string;
}

const SPACE = /\s/;

/** Where a string that begins at `at` ends, behind its quote; the text's end where it is cut. */
function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function skipped(text: string, at: number): number {
  let i = at;
  while (i < text.length && SPACE.test(text[i] ?? "")) i += 1;
  return i;
}

function valueEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; ) {
    const sign = text[i];
    if (sign === '"') {
      i = stringEnd(text, i);
      continue;
    }
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") {
      if (depth === 0) return i;
      depth -= 1;
    } else if (sign === "," && depth === 0) return i;
    i += 1;
  }
  return text.length;
}

/** The keys of an object's text with their values, also where the text is cut; none where it is no object. */
export function partsOf(text: string): Part[] {
  const found: Part[] = [];
  let at = skipped(text, 0);
  if (text[at] !== "{") return found;
  at = skipped(text, at + 1);
  while (text[at] === '"') {
    const end = stringEnd(text, at);
    const key = plain(text.slice(at, end));
    at = skipped(text, end);
    if (text[at] !== ":") break;
    at = skipped(text, at + 1);
    const stop = valueEnd(text, at);
    found.push({ key, raw: text.slice(at, stop).trimEnd() });
    at = skipped(text, stop + (text[stop] === "," ? 1 : 0));
  }
  return found;
}

/** A value as one reads it: a string without its quotes and escapes, anything else as it stands. */
export function plain(raw: string): string {
  if (!raw.startsWith('"')) return raw;
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw.slice(1).replaceAll("\\n", " ").replaceAll('\\"', '"');
  }
}

/** The text laid out in lines; what is no JSON stays as it is. Numbers stay as they stand, however long. */
export function indented(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  let out = "";
  let depth = 0;
  const line = (): string => `\n${"  ".repeat(depth)}`;
  for (let i = 0; i < text.length; ) {
    const sign = text[i] ?? "";
    if (sign === '"') {
      const end = stringEnd(text, i);
      out += text.slice(i, end);
      i = end;
      continue;
    }
    if (sign === "{" || sign === "[") {
      const next = skipped(text, i + 1);
      if (text[next] === "}" || text[next] === "]") {
        out += sign + text[next];
        i = next + 1;
        continue;
      }
      depth += 1;
      out += sign + line();
    } else if (sign === "}" || sign === "]") {
      depth -= 1;
      out += line() + sign;
    } else if (sign === ",") out += sign + line();
    else if (sign === ":") out += ": ";
    else if (!SPACE.test(sign)) out += sign;
    i += 1;
  }
  return out;
}

/** Why a text is no row: where and what, as the browser says it; null where it is one. */
export function rowFault(text: string): { kind: "empty" | "object" | "json"; line: number } | null {
  if (!text.trim()) return { kind: "empty", line: 0 };
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? null : { kind: "object", line: 0 };
  } catch (error) {
    const place = /position (\d+)/.exec(String(error));
    const before = place ? text.slice(0, Number(place[1])) : text;
    return { kind: "json", line: before.split("\n").length };
  }
}

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  if (n < 1 << 20) return `${(n / 1024).toFixed(1)} KiB`;
  return n < 1 << 30 ? `${(n / (1 << 20)).toFixed(1)} MiB` : `${(n / (1 << 30)).toFixed(2)} GiB`;
}

/** Names for two parts of a file. */
export function partNames(path: string): [string, string] {
  const stem = path.replace(/\.jsonl(\.\w+)?$/, "");
  return [`${stem}-train.jsonl`, `${stem}-test.jsonl`];
}

export interface Share {
  /** As `66.7%`. */
  readonly percent: string;
  readonly rows: number;
}

/** What weights come to: shares of the whole, and about how many rows each is. */
export function sharesOf(weights: readonly number[], total: number): Share[] {
  const sum = weights.reduce((all, each) => all + each, 0) || 1;
  return weights.map((each) => ({
    percent: `${Number(((each / sum) * 100).toFixed(1))}%`,
    rows: Math.round((each / sum) * total),
  }));
}
