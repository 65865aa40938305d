import { describe, expect, it } from "vitest";
import { asInput, type Draft, followed } from "./draft";

const draft = (text: string): Draft => ({ text, base: "a", digest: "1", outside: null, wasTaken: false });

describe("a draft whose file changed", () => {
  it("follows it where nothing was written", () =>
    expect(followed(draft("a"), { text: "b", digest: "2" })).toEqual({
      text: "b",
      base: "b",
      digest: "2",
      outside: null,
      wasTaken: true,
    }));
  it("keeps what was written, and is told what the file says", () =>
    expect(followed(draft("mine"), { text: "b", digest: "2" })).toEqual({
      ...draft("mine"),
      outside: { text: "b", digest: "2" },
    }));
  it("is at rest where both came to the same", () =>
    expect(followed(draft("b"), { text: "b", digest: "2" }).digest).toBe("2"));
});

it("lists and objects are given as such, and everything else as text", () => {
  expect(asInput('[{"a": 1}]')).toEqual([{ a: 1 }]);
  expect([asInput("12"), asInput("{ not json"), asInput("")]).toEqual(["12", "{ not json", ""]);
});
