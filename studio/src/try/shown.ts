/** Markdown as nodes: HTML is text, images are named and not fetched, links say where they lead. Knows no page. */
import { type Block, blocksOf, type Inline, leadsTo } from "../ui/markdown";
import { h } from "./dom";
import { say } from "./words";

/** What stands in the place of `[1]`; null leaves the text. */
export type Cite = (number: number) => Node | null;
const none: Cite = () => null;

export function shown(text: string, cite: Cite = none): Node[] {
  return blocksOf(text).map((block) => one(block, cite));
}

function one(block: Block, cite: Cite): HTMLElement {
  switch (block.is) {
    case "heading":
      return h(
        "p",
        { role: "heading", "aria-level": String(Math.min(6, block.level + 2)), class: "heading" },
        ...parts(block.inner, cite),
      );
    case "paragraph":
      return h("p", {}, ...parts(block.inner, cite));
    case "code":
      return h("pre", { tabindex: "0" }, h("code", {}, block.text));
    case "list":
      return h(block.ordered ? "ol" : "ul", {}, ...block.items.map((item) => h("li", {}, ...parts(item, cite))));
    case "quote":
      return h("blockquote", {}, ...block.blocks.map((each) => one(each, cite)));
    case "table":
      return h(
        "div",
        { class: "wide", tabindex: "0" },
        h(
          "table",
          {},
          ...block.rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, ...parts(cell, cite))))),
        ),
      );
    case "rule":
      return h("hr");
  }
}

function parts(of: readonly Inline[], cite: Cite): Node[] {
  return of.flatMap((part) => piece(part, cite));
}

function piece(part: Inline, cite: Cite): Node[] {
  switch (part.is) {
    case "text":
      return cited(part.text, cite);
    case "code":
      return [h("code", {}, part.text)];
    case "strong":
    case "em":
      return [h(part.is, {}, ...parts(part.inner, cite))];
    case "image":
      return [h("span", { class: "dim" }, `[${say("image")}: ${part.text} ${leadsTo(part.url)?.host ?? ""}]`)];
    case "link": {
      const to = leadsTo(part.url);
      const told = parts(part.inner, none);
      if (!to) return [...told, h("span", { class: "dim" }, ` (${part.url})`)];
      const host = h("span", { class: "dim" }, ` (${to.host})`);
      return [h("a", { href: to.href, target: "_blank", rel: "noopener noreferrer" }, ...told, host)];
    }
  }
}

function cited(text: string, cite: Cite): Node[] {
  return text.split(/(\[\d{1,3}\])/).flatMap((each) => {
    if (!each) return [];
    const number = /^\[(\d+)\]$/.exec(each)?.[1];
    return [(number && cite(Number(number))) || document.createTextNode(each)];
  });
}
