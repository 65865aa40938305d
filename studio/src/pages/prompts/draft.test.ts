import { describe, expect, it } from "vitest";
import { asInput, begun, type Draft, followed } from "./draft";

const draft = (text: string): Draft => ({
  text,
  base: "a",
  digest: "1",
  outside: null,
  wasTaken: false,
  wasKept: false,
});

describe("a draft whose file changed", () => {
  it("follows it where nothing was written", () =>
    expect(followed(draft("a"), { text: "b", digest: "2" })).toEqual({
      text: "b",
      base: "b",
      digest: "2",
      outside: null,
      wasTaken: true,
      wasKept: false,
    }));
  it("keeps what was written, and is told what the file says", () =>
    expect(followed(draft("mine"), { text: "b", digest: "2" })).toEqual({
      ...draft("mine"),
      outside: { text: "b", digest: "2" },
    }));
  it("is at rest where both came to the same", () =>
    expect(followed(draft("b"), { text: "b", digest: "2" }).digest).toBe("2"));
});

describe("what was written and not saved", () => {
  const kept = { text: "mine", base: "a", digest: "1" };
  it("is offered again over the same file", () =>
    expect(begun(kept, { text: "a", digest: "1" })).toMatchObject({
      text: "mine",
      base: "a",
      wasKept: true,
      outside: null,
    }));
  it("is offered beside a file that changed meanwhile", () =>
    expect(begun(kept, { text: "b", digest: "2" })).toMatchObject({
      text: "mine",
      wasKept: true,
      outside: { text: "b", digest: "2" },
    }));
  it("is nothing where the file says it already", () =>
    expect(begun(kept, { text: "mine", digest: "3" })).toMatchObject({ text: "mine", base: "mine", wasKept: false }));
  it("is nothing where nothing was kept", () =>
    expect(begun(null, { text: "a", digest: "1" })).toMatchObject({ text: "a", base: "a", wasKept: false }));
});

it("lists and objects are given as such, and everything else as text", () => {
  expect(asInput('[{"a": 1}]')).toEqual([{ a: 1 }]);
  expect([asInput("12"), asInput("{ not json"), asInput("")]).toEqual(["12", "{ not json", ""]);
});
