import { describe, expect, it } from "vitest";
import {
  asked,
  begunWith,
  blank,
  canBeTemplate,
  editedOf,
  fileOf,
  fromOpening,
  isSound,
  letterOf,
  MOST,
  type Opening,
  targetsOf,
  variablesOf,
  wantedBy,
  withCopy,
} from "./draft";

const opening: Opening = {
  prompt: "prompts/draft.md",
  text: "## user\n{{ question }}",
  digest: "d1",
  version: "d0",
  changed: true,
  variables: ["question"],
  inputs: { question: "a" } as unknown as Record<string, never>,
  missing: [],
  messages: [],
  turns: [{ role: "user", text: "a" }],
  left_out: [],
  model: "smart",
  temperature: 0.5,
  max_tokens: null,
  models: ["fast", "smart"],
};

describe("variables", () => {
  it("are what a template wants", () =>
    expect(
      variablesOf("{{ a }} {{b.c | upper}} {% for x in items %}{{ x }} {{ loop.index }}{% endfor %} {% if not d %}"),
    ).toEqual(["a", "b", "items", "d"]));
  it("are those of all variants", () => {
    const draft = fromOpening("s", opening);
    const two = withCopy(draft, draft.variants[0] as never, opening.models);
    expect(wantedBy({ ...two, variants: two.variants.map((v, i) => (i ? { ...v, text: "{{ tone }}" } : v)) })).toEqual([
      "question",
      "tone",
    ]);
  });
});

describe("a variant", () => {
  const draft = fromOpening("s", opening);
  const first = draft.variants[0];
  if (!first) throw new Error("no variant");
  it("is asked with the file itself while its text is the file's", () => {
    expect(asked(draft, first)).toMatchObject({
      prompt: "prompts/draft.md",
      text: null,
      temperature: 0.5,
      max_tokens: null,
    });
    expect(asked(draft, { ...first, text: "x" }).text).toBe("x");
  });
  it("is copied with the next model, and no further than the most", () => {
    let many = draft;
    for (let i = 0; i < 20; i += 1) many = withCopy(many, first, opening.models);
    expect(many.variants.length).toBe(MOST);
    expect(many.variants.at(-1)?.model).toBe("fast");
    expect(new Set(many.variants.map((each) => each.id)).size).toBe(MOST);
  });
  it("without a file is a conversation, whose empty messages are left out", () => {
    const empty = blank("", ["fast"]);
    const one = empty.variants[0];
    if (!one) throw new Error("no variant");
    const said = { ...one, turns: one.turns.map((turn) => (turn.role === "user" ? { ...turn, text: "hello" } : turn)) };
    expect(asked({ ...empty, exact: true }, said).turns).toEqual([{ role: "user", text: "hello" }]);
    expect(asked(empty, said)).toMatchObject({ turns: [], system: "", user: "hello" });
    expect(fileOf(said.turns.slice(1))).toBe("## user\nhello\n");
  });
});

it("fills nothing into a conversation that is asked word for word", () => {
  const draft = fromOpening("s", { ...opening, prompt: "", turns: [{ role: "user", text: "what is {{ this }}?" }] });
  expect(draft.exact).toBe(true);
  expect(wantedBy(draft)).toEqual([]);
  expect(canBeTemplate(draft)).toBe(true);
  expect(wantedBy({ ...draft, exact: false })).toEqual(["this"]);
});

it("names variants by letters", () => expect([letterOf(0), letterOf(7)]).toEqual(["A", "H"]));

describe("what was edited before", () => {
  const of = fromOpening("span t s", opening);
  const edited = { ...of, variants: of.variants.map((each) => ({ ...each, text: "mine" })) };
  it("comes back where the same is opened", () => expect(begunWith(edited, of)).toBe(edited));
  it("comes back though the file changed meanwhile: saving shows both", () =>
    expect(begunWith({ ...edited, digest: "older" }, of)).toMatchObject({ digest: "older" }));
  it("is nothing where another is opened, or only the file differs", () => {
    expect(begunWith({ ...edited, source: "" }, of)).toBe(of);
    expect(begunWith({ ...of, digest: "older" }, of)).toBe(of);
  });
  it("says which variants are not the file's", () => expect([editedOf(of), editedOf(edited)]).toEqual([[], [0]]));
});

it("a variant whose temperature is no number is not asked", () => {
  const [variant] = fromOpening("s", opening).variants;
  if (!variant) throw new Error("no variant");
  expect(isSound(variant)).toBe(true);
  expect([{ temperature: "warm" }, { maxTokens: "0" }].map((each) => isSound({ ...variant, ...each }))).toEqual([
    false,
    false,
  ]);
});

it("a prompt's steps are those whose runs used it, the newest first", () => {
  const use = (target: string, started_ms: number) => ({ target, started_ms });
  const versions = [{ uses: [use("app:old", 1)] }, { uses: [use("app:new", 3), use("app:old", 2)] }];
  expect(targetsOf({ versions } as never)).toEqual(["app:new", "app:old"]);
});
