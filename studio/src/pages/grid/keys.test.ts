import { expect, test } from "vitest";
import { namesIn, onlyName } from "./keys";

test("a word before a colon in one row's text is no name of a value", () => {
  const texts = ["ticket: Where is it?", "ticket: Money back, please: it broke", "ticket: Hello"];
  const names = namesIn(texts);
  expect(texts.map((text) => onlyName(text, names)[1])).toEqual([
    "Where is it?",
    "Money back, please: it broke",
    "Hello",
  ]);
});

test("rows of several values keep their names", () => {
  const texts = ["q: one, n: 1", "q: two, and: three, n: 2", "q: four, n: 3"];
  const names = namesIn(texts);
  expect(names).toBe("n");
  expect(onlyName("q: two, and: three, n: 2", names)).toEqual(["", "q: two, and: three, n: 2"]);
});

test("a text without names stays as it is", () => {
  expect(onlyName("just text", namesIn(["just text"]))).toEqual(["", "just text"]);
});
