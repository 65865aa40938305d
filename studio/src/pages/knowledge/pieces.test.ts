import { describe, expect, it } from "vitest";
import { type Chunk, chunkAt, citedParts, overlapsOf, piecesOf, placeOf, sliced } from "./pieces";

const chunk = (start: number, end: number): Chunk => ({
  start,
  end,
  section: [],
  page: 0,
  kind: "text",
  language: "en",
  tokens: 1,
});

describe("a text with chunks", () => {
  const chunks = [chunk(0, 6), chunk(4, 9), chunk(11, 14)];
  const text = "abcdefghi--jkl.";
  it("is cut where they begin and end, and nothing of it is lost", () => {
    const pieces = piecesOf(text, 0, chunks, null);
    expect(pieces.map((each) => each.text)).toEqual(["abcd", "ef", "ghi", "--", "jkl", "."]);
    expect(pieces.map((each) => each.chunks)).toEqual([[0], [0, 1], [1], [], [2], []]);
    expect(pieces.map((each) => each.begins)).toEqual([[0], [1], [], [], [2], []]);
  });
  it("is cut around what is pointed at", () => {
    const marked = piecesOf(text, 0, chunks, { start: 1, end: 5 }).filter((each) => each.isMarked);
    expect(marked.map((each) => each.text).join("")).toBe("bcde");
  });
  it("counts characters, also in a later part and with signs beyond the first plane", () => {
    const pieces = piecesOf("😀b😀d", 100, [chunk(101, 103)], null);
    expect(pieces.map((each) => each.text)).toEqual(["😀", "b😀", "d"]);
    expect(sliced("😀b").length).toBe(2);
  });
});

it("a chunk is found by its place, and knows what it shares", () => {
  const chunks = [chunk(0, 6), chunk(4, 9)];
  expect([chunkAt(chunks, { start: 4, end: 9 }), chunkAt(chunks, { start: 5, end: 7 }), chunkAt(chunks, null)]).toEqual(
    [1, 0, -1],
  );
  expect(overlapsOf(chunks, 1)).toEqual({ before: 2, after: 0 });
  expect([placeOf("4-9"), placeOf("4"), placeOf("")]).toEqual([{ start: 4, end: 9 }, null, null]);
});

it("an answer is cut behind its cited sentences", () => {
  const parts = citedParts("One. [1][3] Two. Three.", ["One.", "Two.", "One."], ["Three."]);
  expect(parts.map((each) => [each.text, each.citations, each.isUnsupported])).toEqual([
    ["One.", [0, 2], false],
    [" ", [], false],
    ["Two.", [1], false],
    [" ", [], false],
    ["Three.", [], true],
  ]);
  expect(citedParts("As it is.", ["not in it"], [])).toEqual([
    { text: "As it is.", citations: [], isUnsupported: false },
  ]);
});
