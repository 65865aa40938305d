/** One answer while it comes and afterwards: text, sources, rating, how it was made. Knows nothing of what was asked. */
import { type About, type Answered, type Asked, ask, type Citation, type Kept, rate } from "./api";
import { h, sign } from "./dom";
import { shown } from "./shown";
import { openMade, openPassage, reason, reasonOf } from "./windows";
import { type Key, say, says } from "./words";

/** Said to those who do not see the page: that an answer is on its way, and what it is. */
export type Tell = (text: string) => void;

export class Answer {
  readonly node: HTMLElement;
  text = "";
  private trace = "";
  private whole: Answered | null = null;
  private isDue = false;
  private isOver = false;
  private readonly body = h("div", { class: "said theirs", "aria-busy": "true" });
  private readonly foot = h("div", { class: "foot" });
  private readonly abort = new AbortController();
  private readonly page: About;
  private readonly again: (() => void) | null;

  constructor(page: About, again: (() => void) | null) {
    this.page = page;
    this.again = again;
    const who = says(h("h2", { class: "who" }), page.card.kind === "form" ? "result" : "answer");
    this.node = h("article", { class: "answer" }, who, this.body, this.foot);
    this.body.append(says(h("p", { class: "dim" }), "answering"));
  }

  stop(): void {
    this.abort.abort();
  }

  /** Show an answer of before, with what was said of it. */
  show(kept: Kept): void {
    this.trace = kept.trace;
    this.whole = kept.answer;
    this.text = kept.answer?.text ?? "";
    this.isOver = true;
    this.draw();
    if (kept.error) this.problem(reasonOf(kept.error));
    this.end(kept);
  }

  private problem(text: string): void {
    this.body.append(h("p", { class: "problem", role: "alert" }, text));
  }

  /** Ask, and show the answer as it comes; resolves when it has ended, however it did. */
  async fill(asked: Asked, tell: Tell): Promise<void> {
    tell(say("answering"));
    let problem = "";
    try {
      await ask(
        asked,
        {
          start: (trace) => {
            this.trace = trace;
          },
          text: (piece) => {
            this.text += piece;
            this.soon();
          },
          answered: (whole) => {
            this.whole = whole;
            this.text = whole.text ?? this.text;
          },
        },
        this.abort.signal,
      );
    } catch (error) {
      problem = this.abort.signal.aborted ? say("stopped") : reason(error);
    }
    this.isOver = true;
    this.draw();
    if (problem) this.problem(problem);
    this.end();
    tell(problem || `${say("answered")} ${this.body.textContent ?? ""}`);
  }

  private soon(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      if (!this.isOver) this.draw();
    });
  }

  private draw(): void {
    const value = this.whole?.value;
    const cites = this.whole?.citations ?? [];
    const nodes = this.text ? shown(this.text, (number) => this.cite(cites, number)) : [];
    if (!this.text && value !== undefined && value !== null)
      nodes.push(h("pre", { tabindex: "0" }, JSON.stringify(value, null, 2)));
    this.body.replaceChildren(...nodes);
  }

  private cite(citations: readonly Citation[], number: number): Node | null {
    const citation = citations[number - 1];
    if (!citation) return null;
    const open = () => void openPassage(citation);
    return h(
      "button",
      { type: "button", class: "cite", "aria-label": `${say("open")} ${number}`, click: open },
      `[${number}]`,
    );
  }

  private end(kept?: Kept): void {
    this.body.setAttribute("aria-busy", "false");
    const whole = this.whole;
    if (whole?.citations.length) this.foot.append(this.sources(whole.citations));
    for (const note of whole?.notes ?? []) this.foot.append(h("p", { class: "dim theirs" }, note));
    if (whole?.degraded) this.foot.append(h("p", { class: "dim theirs" }, `${say("degraded")}: ${whole.degraded}`));
    this.foot.append(this.tools(kept));
  }

  private sources(citations: readonly Citation[]): HTMLElement {
    const items = citations.map((each, i) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "source theirs", click: () => void openPassage(each) },
          `[${i + 1}] ${each.place}`,
        ),
      ),
    );
    return h("div", { class: "sources" }, says(h("h3"), "sources"), h("ol", {}, ...items));
  }

  private tools(kept?: Kept): HTMLElement {
    const tools = h("div", { class: "tools" });
    if (this.page.can_rate && this.trace) tools.append(...this.rating(kept));
    if (this.text) tools.append(this.copy());
    const again = this.again;
    if (again) tools.append(says(h("button", { type: "button", class: "plain again", click: again }), "again"));
    if (this.page.can_see_traces && this.trace)
      tools.append(
        says(h("button", { type: "button", class: "plain", click: () => void openMade(this.trace) }), "made"),
      );
    return tools;
  }

  private copy(): HTMLElement {
    const button = says(h("button", { type: "button", class: "plain" }), "copy");
    button.addEventListener("click", () => {
      void navigator.clipboard?.writeText(this.text).then(() => says(button, "copied"));
    });
    return button;
  }

  private rating(kept?: Kept): HTMLElement[] {
    const thanks = h("span", { class: "dim", role: "status" });
    const text = says(h("textarea", { rows: "2", maxlength: "4000" }), "comment", "label");
    says(text, "commentPlaceholder", "placeholder");
    let chosen = kept?.rating ?? 0;
    text.value = kept?.comment ?? "";
    const send = async () => {
      try {
        await rate(this.trace, chosen, text.value.trim());
        says(thanks, "thanks");
      } catch (error) {
        delete thanks.dataset.saytext;
        thanks.textContent = reason(error);
      }
    };
    const keep = says(h("button", { type: "submit" }), "keep");
    const form = h("form", { class: "comment", hidden: true }, text, keep);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send().then(() => {
        form.hidden = true;
        thanks.focus();
      });
    });
    const choices: [number, Key, "up" | "down"][] = [
      [1, "up", "up"],
      [-1, "down", "down"],
    ];
    const buttons = choices.map(([value, key, drawn]) => {
      const button = says(
        h("button", { type: "button", class: "icon", "aria-pressed": String(chosen === value) }, sign(drawn)),
        key,
        "label",
      );
      button.addEventListener("click", () => {
        chosen = chosen === value ? 0 : value;
        for (const [i, each] of buttons.entries())
          each.setAttribute("aria-pressed", String(choices[i]?.[0] === chosen));
        form.hidden = chosen === 0;
        void send();
      });
      return button;
    });
    return [...buttons, thanks, form];
  }
}
