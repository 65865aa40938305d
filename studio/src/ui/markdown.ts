/** Markdown taken apart, the common part of it. HTML is text; nothing is fetched. Knows no component. */

export type Inline =
  | { readonly is: "text" | "code"; readonly text: string }
  | { readonly is: "strong" | "em"; readonly inner: readonly Inline[] }
  | { readonly is: "link"; readonly inner: readonly Inline[]; readonly url: string }
  | { readonly is: "image"; readonly text: string; readonly url: string };

export type Block =
  | { readonly is: "heading"; readonly level: number; readonly inner: readonly Inline[] }
  | { readonly is: "paragraph"; readonly inner: readonly Inline[] }
  | { readonly is: "code"; readonly text: string }
  | { readonly is: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly is: "quote"; readonly blocks: readonly Block[] }
  | { readonly is: "table"; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly is: "rule" };

const ITEM = /^\s{0,6}(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const STARTS = /^(#{1,6}\s|```|~~~|>\s?|\s{0,6}([-*+]|\d+[.)])\s+|\s*\|)/;

export function blocksOf(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const found: Block[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i] ?? "";
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const fence = /^(```|~~~)/.exec(line);
    if (!line.trim()) i += 1;
    else if (heading) {
      found.push({ is: "heading", level: heading[1]?.length ?? 1, inner: inlineOf(heading[2] ?? "") });
      i += 1;
    } else if (fence) {
      const end = lines.findIndex((each, n) => n > i && each.startsWith(fence[1] ?? "```"));
      found.push({ is: "code", text: lines.slice(i + 1, end < 0 ? undefined : end).join("\n") });
      i = end < 0 ? lines.length : end + 1;
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      found.push({ is: "rule" });
      i += 1;
    } else if (line.startsWith(">")) {
      const [taken, next] = run(lines, i, (each) => each.startsWith(">"));
      found.push({ is: "quote", blocks: blocksOf(taken.map((each) => each.replace(/^>\s?/, "")).join("\n")) });
      i = next;
    } else if (ITEM.test(line)) {
      const [taken, next] = run(lines, i, (each) => ITEM.test(each) || /^\s{2,}\S/.test(each));
      found.push(listOf(taken));
      i = next;
    } else if (/^\s*\|.*\|\s*$/.test(line)) {
      const [taken, next] = run(lines, i, (each) => /^\s*\|/.test(each));
      const rows = taken.filter((each) => !/^[\s|:-]+$/.test(each));
      found.push({ is: "table", rows: rows.map((each) => cellsOf(each).map((cell) => inlineOf(cell))) });
      i = next;
    } else {
      const [taken, next] = run(lines, i, (each, n) => each.trim() !== "" && (n === i || !STARTS.test(each)));
      found.push({ is: "paragraph", inner: inlineOf(taken.join("\n")) });
      i = next;
    }
  }
  return found;
}

function run(lines: string[], from: number, goesOn: (line: string, at: number) => boolean): [string[], number] {
  let end = from;
  while (end < lines.length && goesOn(lines[end] ?? "", end)) end += 1;
  const next = Math.max(end, from + 1);
  return [lines.slice(from, next), next];
}

function listOf(lines: string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item) items.push(item[2] ?? "");
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  return { is: "list", ordered: /^\s*\d/.test(lines[0] ?? ""), items: items.map((each) => inlineOf(each)) };
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

const INLINE =
  /(`+)([\s\S]*?[^`])\1(?!`)|(!?)\[([^\]\n]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"\n]*")?\)|(\*\*|__)(?=\S)([\s\S]*?\S)\6|([*_])(?=\S)([^*_\n]*[^*_\s])\8(?!\w)|<(https?:\/\/[^\s>]+)>/;

export function inlineOf(text: string, depth = 0): Inline[] {
  const found: Inline[] = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match && depth < 6; match = INLINE.exec(rest)) {
    if (match.index) found.push({ is: "text", text: rest.slice(0, match.index) });
    const [whole, tick, code, bang, label, url, strong, strongText, em, emText, bare] = match;
    if (tick) found.push({ is: "code", text: code ?? "" });
    else if (bang) found.push({ is: "image", text: label ?? "", url: url ?? "" });
    else if (label !== undefined) found.push({ is: "link", inner: inlineOf(label, depth + 1), url: url ?? "" });
    else if (strong) found.push({ is: "strong", inner: inlineOf(strongText ?? "", depth + 1) });
    else if (em) found.push({ is: "em", inner: inlineOf(emText ?? "", depth + 1) });
    else if (bare) found.push({ is: "link", inner: [{ is: "text", text: bare }], url: bare });
    rest = rest.slice(match.index + whole.length);
  }
  if (rest) found.push({ is: "text", text: rest });
  return found;
}

/** Where a link leads, if a person may follow it: the web and mail only. The host is in ASCII, so that one cannot look like another. */
export function leadsTo(url: string): { href: string; host: string } | null {
  if (!/^(https?:\/\/|mailto:)/i.test(url.trim())) return null;
  try {
    const read = new URL(url.trim());
    return { href: read.href, host: read.protocol === "mailto:" ? "mailto" : read.host };
  } catch {
    return null;
  }
}
