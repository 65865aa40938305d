import { describe, expect, it } from "vitest";
import { bytes, indented, partNames, partsOf, plain, rowFault, sharesOf } from "./text";

describe("a row's parts", () => {
  it("are its keys and values as they stand", () =>
    expect(partsOf('{"a": "x, \\"y\\"}", "n":12345678901234567890 , "o": {"b": [1, 2]}, "t": true}')).toEqual([
      { key: "a", raw: '"x, \\"y\\"}"' },
      { key: "n", raw: "12345678901234567890" },
      { key: "o", raw: '{"b": [1, 2]}' },
      { key: "t", raw: "true" },
    ]));
  it("are there as far as a cut text goes", () =>
    expect(partsOf('{"id": 7, "messages": [{"role": "us')).toEqual([
      { key: "id", raw: "7" },
      { key: "messages", raw: '[{"role": "us' },
    ]));
  it("are none of what is no object", () =>
    expect([partsOf("[1]"), partsOf(""), partsOf('{"a"')]).toEqual([[], [], []]));
  it("are read without their quotes", () =>
    expect([plain('"a\\u00e9"'), plain('"cut \\"'), plain("1.0")]).toEqual(["aé", 'cut "', "1.0"]));
});

describe("layout", () => {
  it("changes no number and no text", () => {
    const text = '{"n":12345678901234567890,"f":1.0,"s":"a: {b, c}","e":[],"l":[1,{}]}';
    const shown = indented(text);
    expect(shown.split("\n")).toEqual([
      "{",
      '  "n": 12345678901234567890,',
      '  "f": 1.0,',
      '  "s": "a: {b, c}",',
      '  "e": [],',
      '  "l": [',
      "    1,",
      "    {}",
      "  ]",
      "}",
    ]);
    expect(indented(shown)).toBe(shown);
  });
  it("leaves what is no JSON alone", () => expect(indented("{a: 1")).toBe("{a: 1"));
});

it("a text that is no row says why and where", () => {
  expect(rowFault('{"a": 1}')).toBeNull();
  expect(rowFault("[1]")).toEqual({ kind: "object", line: 0 });
  expect(rowFault(" ")).toEqual({ kind: "empty", line: 0 });
  expect(rowFault('{"a": 1,\n "b": x}')?.kind).toBe("json");
  expect(rowFault('{"a": 1,\n "b": x}')?.line).toBe(2);
});

it("sizes and names are said shortly", () => {
  expect([bytes(10), bytes(2048), bytes(5 << 20)]).toEqual(["10 B", "2.0 KiB", "5.0 MiB"]);
  expect(partNames("data/q.jsonl.xz")).toEqual(["data/q-train.jsonl", "data/q-test.jsonl"]);
});

it("weights come to shares of the whole, whatever they add up to", () =>
  expect(sharesOf([80, 20, 20], 120)).toEqual([
    { percent: "66.7%", rows: 80 },
    { percent: "16.7%", rows: 20 },
    { percent: "16.7%", rows: 20 },
  ]));
