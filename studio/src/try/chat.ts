/** A conversation: questions, answers as they come, a place to write. Enter sends, Escape stops. */

import { Answer, type Tell } from "./answer";
import type { About, Turn } from "./api";
import { h, sign } from "./dom";
import { type Found, keep, leave } from "./session";
import { shown } from "./shown";
import { says } from "./words";

export function chat(page: About, tell: Tell, before: Found): HTMLElement {
  const log = says(h("section", { class: "log" }), "answer", "label");
  const input = says(
    says(h("textarea", { rows: "1", id: "question", autocomplete: "off" }), "question", "label"),
    "placeholder",
    "placeholder",
  );
  const send = says(h("button", { type: "submit", class: "round main" }, sign("send")), "send", "label");
  const stop = says(h("button", { type: "button", class: "round", hidden: true }, sign("stop")), "stop", "label");
  const anew = says(h("button", { type: "button", class: "plain", hidden: true }), "anew");
  const form = h("form", { class: "composer" }, input, send, stop);
  let session = before.session;
  let turns: Turn[] = [];
  let going: Answer | null = null;

  const grow = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 200)}px`;
  };
  const isNear = () => innerHeight + scrollY > document.documentElement.scrollHeight - 120;
  const settle = (is: boolean) => {
    send.hidden = is;
    stop.hidden = !is;
    anew.hidden = is || !turns.length;
    for (const each of log.querySelectorAll<HTMLButtonElement>(".again"))
      each.hidden = is || !log.lastElementChild?.contains(each);
  };

  async function answer(fresh: boolean): Promise<void> {
    const said = turns.slice();
    keep(session);
    const place = new Answer(page, () => void again());
    going = place;
    log.append(place.node);
    settle(true);
    const watcher = new ResizeObserver(() => {
      if (isNear()) scrollTo({ top: document.documentElement.scrollHeight });
    });
    watcher.observe(place.node);
    place.node.scrollIntoView({ block: "nearest" });
    await place.fill({ session, turns: page.card.remembers ? said : said.slice(-1), values: {}, fresh }, tell);
    watcher.disconnect();
    if (going !== place) return;
    going = null;
    if (place.text) turns = [...said, { role: "assistant", text: place.text }];
    settle(false);
    if (isNear()) scrollTo({ top: document.documentElement.scrollHeight });
  }

  async function again(): Promise<void> {
    if (going) return;
    if (turns.at(-1)?.role === "assistant") turns = turns.slice(0, -1);
    log.lastElementChild?.remove();
    input.focus();
    await answer(true);
  }

  function ask(): void {
    const text = input.value.trim();
    if (!text || going) return;
    asked(text);
    input.value = "";
    grow();
    void answer(false);
  }

  function asked(text: string): void {
    turns = [...(turns.at(-1)?.role === "user" ? turns.slice(0, -1) : turns), { role: "user", text }];
    const who = says(h("h2", { class: "who" }), "you");
    log.append(h("article", { class: "asked" }, who, h("div", { class: "said theirs" }, ...shown(text))));
  }

  for (const each of before.turns) {
    asked(each.question);
    const place = new Answer(page, () => void again());
    place.show(each);
    log.append(place.node);
    if (place.text) turns = [...turns, { role: "assistant", text: place.text }];
  }
  if (before.turns.length) {
    settle(false);
    queueMicrotask(() => scrollTo({ top: document.documentElement.scrollHeight }));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  input.addEventListener("input", grow);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask();
  });
  const end = () => {
    going?.stop();
    input.focus();
  };
  stop.addEventListener("click", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && going && !document.querySelector("dialog[open]")) end();
  });
  anew.addEventListener("click", () => {
    session = leave();
    turns = [];
    log.replaceChildren();
    settle(false);
    input.focus();
  });
  queueMicrotask(() => input.focus());
  const hint = page.card.remembers ? null : says(h("p", { class: "dim hint" }), "remembersNot");
  return h("div", { class: "chat" }, log, h("div", { class: "below" }, h("div", { class: "row" }, anew), form, hint));
}
