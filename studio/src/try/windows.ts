/** What opens above the page: a passage in its document, and how an answer was made. Closed by Escape or its button. */
import { type Citation, type Made, made, passage, Refused } from "./api";
import { h } from "./dom";
import { type Key, known, say, says } from "./words";

function opened(title: Node, ...content: Node[]): HTMLDialogElement {
  const close = says(h("button", { type: "button", class: "plain", click: () => dialog.close() }), "close");
  const head = h("h2", { id: "window-title", class: "theirs" }, title);
  const body = h(
    "div",
    { class: "window-body", tabindex: "0", role: "region", "aria-labelledby": "window-title" },
    ...content,
  );
  const dialog = h("dialog", { "aria-labelledby": "window-title" }, h("header", {}, head, close), body);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Why something cannot be shown, in the page's words where it has any. */
export function reason(error: unknown): string {
  if (error instanceof Refused && known(error.kind)) return say(error.kind as Key);
  return error instanceof Refused && error.message ? error.message : say("broken");
}

/** Why an answer of before is missing, by the kind of what ended it. */
export const reasonOf = (kind: string): string => (known(kind) ? say(kind) : say("broken"));

export async function openPassage(citation: Citation): Promise<void> {
  try {
    const found = await passage(citation);
    const page = found.page ? `${found.page} ${say("page")}` : "";
    const mark = h("mark", {}, found.quote);
    const text = h(
      "p",
      { class: "passage theirs" },
      found.starts ? "" : "… ",
      found.before,
      mark,
      found.after,
      found.ends ? "" : " …",
    );
    const where = [found.path, ...found.section, page].filter(Boolean).join(" › ");
    opened(document.createTextNode(found.title || found.path), h("p", { class: "dim theirs" }, where), text);
    mark.scrollIntoView({ block: "center" });
  } catch (error) {
    opened(document.createTextNode(citation.title || citation.path), h("p", {}, reason(error)));
  }
}

export async function openMade(trace: string): Promise<void> {
  const title = says(h("span"), "madeTitle");
  try {
    const { lines, more } = await made(trace);
    const list = h("ol", { class: "made" }, ...lines.map(line));
    opened(title, list, ...(more ? [says(h("p", { class: "dim" }), "madeMore")] : []));
  } catch (error) {
    opened(title, h("p", {}, reason(error)));
  }
}

function line(each: Made): HTMLElement {
  const told = [
    each.kind,
    each.model,
    each.tokens ? `${each.tokens} ${say("tokens")}` : "",
    each.state === "kept" ? say("kept") : `${each.ms < 10 ? each.ms.toFixed(1) : Math.round(each.ms)} ms`,
    each.state === "failed" ? say("failed") : "",
  ].filter(Boolean);
  const head = h(
    "summary",
    {},
    h("strong", { class: "theirs" }, each.name),
    " ",
    h("span", { class: "dim theirs" }, told.join(" · ")),
  );
  const text = (key: Key, value: string) =>
    value ? h("p", { class: "theirs" }, says(h("span", { class: "dim" }), key), " ", value) : null;
  const details = h(
    "details",
    {},
    head,
    text("given", each.given),
    text("gave", each.gave),
    text("failed", each.error),
  );
  const item = h("li", { class: each.state }, details);
  item.style.marginInlineStart = `${Math.min(each.depth, 8) * 14}px`;
  return item;
}
