/** The page on which people try what is served: signs in, learns what it is about, shows a chat or a form. */
import "../look/tokens.css";
import "./try.css";
import { type About, about, enter } from "./api";
import { chat } from "./chat";
import { h } from "./dom";
import { form } from "./form";
import * as talk from "./session";
import { reason } from "./windows";
import { language, says, speak, tells, turnLanguage } from "./words";

const LINK = /^#(lwt_[\w-]+)$/;

/** Who is there: a link's token is exchanged at once, and gone from the address before that. */
async function arrived(): Promise<About> {
  const token = LINK.exec(location.hash)?.[1];
  if (!token) return await about();
  history.replaceState(null, "", location.pathname);
  return await enter(token);
}

async function start(): Promise<void> {
  const page = document.getElementById("page");
  if (!page) return;
  const status = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const title = h("h1", { class: "theirs" });
  const turn = says(
    says(h("button", { type: "button", class: "plain", click: turnLanguage }), "language"),
    "languageLabel",
    "label",
  );
  const main = h("main", {}, says(h("p", { class: "dim" }), "waiting"));
  page.append(h("header", { class: "top" }, title, turn), main, status);
  speak();
  try {
    const found = await arrived();
    const { card } = found;
    const name = (): void => {
      document.title = card.title[language()];
    };
    tells(title, card.title);
    name();
    turn.addEventListener("click", name);
    const lead = [
      card.tells.en || card.tells.zh ? tells(h("p", { class: "soft theirs" }), card.tells) : null,
      card.note === "double" ? says(h("p", { class: "note" }), "double") : null,
      found.visitor ? h("p", { class: "dim theirs" }, says(h("span"), "signedIn"), ` ${found.visitor}`) : null,
    ];
    const tell = (text: string): void => {
      status.textContent = text;
    };
    const before = await talk.found();
    const work = card.kind === "chat" ? chat(found, tell, before) : form(found, tell, before);
    main.replaceChildren(h("div", { class: "lead" }, ...lead), work);
  } catch (error) {
    title.textContent = "loomwork";
    main.replaceChildren(h("p", { class: "problem", role: "alert" }, reason(error)));
  }
}

void start();
