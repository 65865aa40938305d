/** A form of a step's parameters, and the result beneath it. */

import { Answer, type Tell } from "./answer";
import type { About, Field } from "./api";
import { h } from "./dom";
import { type Found, keep } from "./session";
import { say, says, tells } from "./words";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function form(page: About, tell: Tell, before: Found): HTMLElement {
  const place = h("section", { class: "log" });
  const controls = new Map<Field, Control>();
  const rows = page.card.fields.map((field) => row(field, controls));
  const run = says(h("button", { type: "submit", class: "main" }), "run");
  const stop = says(h("button", { type: "button", hidden: true }), "stop");
  const node = h("form", { class: "fields", novalidate: true }, ...rows, h("div", { class: "row" }, run, stop));
  const { session } = before;
  let going: Answer | null = null;
  const last = before.turns.at(-1);
  if (last) {
    for (const [field, control] of controls) fill(control, field, last.values[field.name]);
    const kept = new Answer(page, () => void answer(true));
    kept.show(last);
    place.append(kept.node);
  }

  async function answer(fresh: boolean): Promise<void> {
    const values = read(controls);
    if (!values || going) return;
    const made = new Answer(page, () => void answer(true));
    going = made;
    keep(session);
    place.replaceChildren(made.node);
    run.hidden = true;
    stop.hidden = false;
    stop.focus();
    made.node.scrollIntoView({ block: "nearest" });
    await made.fill({ session, turns: [], values, fresh }, tell);
    going = null;
    const hadFocus = document.activeElement === stop;
    stop.hidden = true;
    run.hidden = false;
    if (hadFocus) run.focus();
  }

  node.addEventListener("submit", (event) => {
    event.preventDefault();
    void answer(false);
  });
  stop.addEventListener("click", () => going?.stop());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) going?.stop();
  });
  return h("div", { class: "form" }, node, place);
}

function row(field: Field, controls: Map<Field, Control>): HTMLElement {
  const id = `field-${field.name}`;
  const control = controlOf(field);
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-tells ${id}-wrong`);
  if (field.required) control.setAttribute("aria-required", "true");
  controls.set(field, control);
  const label = h("label", { for: id, class: "theirs" }, tells(h("span"), field.label), " ");
  if (field.required) label.append(says(h("span", { class: "dim" }), "required"));
  const hint = h("p", { id: `${id}-tells`, class: "dim theirs" }, tells(h("span"), field.tells));
  if (field.type === "lines") hint.append(" ", says(h("span"), "lines"));
  return h(
    "div",
    { class: "field" },
    label,
    control,
    hint,
    h("p", { id: `${id}-wrong`, class: "problem", role: "alert" }),
  );
}

function controlOf(field: Field): Control {
  const given = field.default;
  const text = given === null || given === undefined ? "" : Array.isArray(given) ? given.join("\n") : String(given);
  if (field.type === "choice") {
    const empty = field.required && !text ? [h("option", { value: "" }, "–")] : [];
    const options = field.choices.map((each) => h("option", { value: each, selected: each === text }, each));
    return h("select", {}, ...empty, ...options);
  }
  if (field.type === "yes") return h("input", { type: "checkbox", checked: given === true });
  if (field.type === "long" || field.type === "lines" || field.type === "json") {
    const shown = field.type === "json" && given !== null && given !== undefined ? JSON.stringify(given) : text;
    return h("textarea", { rows: field.type === "long" ? "6" : "3" }, shown);
  }
  const kinds = { number: "number", integer: "number", date: "date", text: "text" } as const;
  return h("input", { type: kinds[field.type], value: text, ...(field.type === "number" ? { step: "any" } : {}) });
}

/** Put what was given before into a control; what was left empty stays at its default. */
function fill(control: Control, field: Field, given: unknown): void {
  if (given === undefined || given === null) return;
  if (field.type === "yes") (control as HTMLInputElement).checked = given === true;
  else if (field.type === "json") control.value = JSON.stringify(given);
  else control.value = Array.isArray(given) ? given.join("\n") : String(given);
}

/** What was filled in, or null where something is missing: what is left empty keeps its default. */
function read(controls: Map<Field, Control>): Record<string, unknown> | null {
  const values: Record<string, unknown> = {};
  let first: Control | null = null;
  for (const [field, control] of controls) {
    let problem = "";
    const value = control.value;
    if (field.type === "yes") values[field.name] = (control as HTMLInputElement).checked;
    else if (!value.trim()) problem = field.required ? say("needed") : "";
    else if (field.type === "number" || field.type === "integer") values[field.name] = Number(value);
    else if (field.type === "lines") values[field.name] = value.split("\n").filter((each) => each.trim());
    else if (field.type === "json") {
      try {
        values[field.name] = JSON.parse(value);
      } catch {
        problem = say("notJson");
      }
    } else values[field.name] = value;
    const wrong = document.getElementById(`${control.id}-wrong`);
    if (wrong) wrong.textContent = problem;
    control.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) first ??= control;
  }
  first?.focus();
  return first ? null : values;
}
