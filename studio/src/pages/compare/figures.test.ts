import { describe, expect, it } from "vitest";
import { en } from "./en";
import {
  chance,
  columnsOf,
  csvOf,
  disagrees,
  type Figure,
  nameOf,
  plotOf,
  type Row,
  rowKey,
  shown,
  signed,
  toneOf,
  winsOf,
} from "./figures";

const estimate = (value: number, low: number | null = null, high: number | null = null) => ({
  value,
  low,
  high,
  method: "",
});
const figure = (name: string, up: number): Figure => ({
  name,
  kind: "mean",
  pairs: 9,
  a: estimate(0),
  b: estimate(0),
  difference: estimate(0),
  better: "lower",
  unit: "",
  p: 0.01,
  p_adjusted: 0.02,
  test: "sign_flip_exact",
  effect: null,
  verdict: "unclear",
  up,
  down: 0,
  clustered: false,
});

describe("figures", () => {
  it("are said in their units", () =>
    expect([
      shown("ok", "share", 0.875),
      shown("ms", "mean", 1234),
      shown("cost.USD", "mean", 0.0123),
      shown("x", "mean", 2.5),
    ]).toEqual(["87.5%", "1.23 s", "$0.012", "2.5"]));
  it("have a sign as differences", () =>
    expect([signed("ok", "share", -0.1), signed("ms", "mean", 30), signed("x", "mean", 0)]).toEqual([
      "−10 pp",
      "+30 ms",
      "0",
    ]));
  it("are gains or losses by what is better", () =>
    expect([toneOf("lower", 3), toneOf("higher", 3), toneOf("unknown", 3), toneOf("lower", 0)]).toEqual([
      "tone-bad",
      "tone-good",
      "",
      "",
    ]));
});

describe("a plot", () => {
  it("has 0 in its middle and the whole interval within", () => {
    const { zero, at, from, to } = plotOf(estimate(2, -1, 5));
    expect(zero).toBe(0.5);
    expect(from).toBeLessThan(zero);
    expect(at).toBeGreaterThan(zero);
    expect(to).toBeLessThan(1);
  });
  it("of no difference is a dot on 0", () =>
    expect(plotOf(estimate(0))).toEqual({ zero: 0.5, at: 0.5, from: 0.5, to: 0.5 }));
});

it("columns are of figures that move, and always of the one that is sorted by", () => {
  const all = [figure("ok", 3), figure("still", 0), ...Array.from({ length: 8 }, (_, i) => figure(`m${i}`, 1))];
  expect(columnsOf(all, "").map((each) => each.name)).toEqual(["m0", "m1", "m2", "m3", "m4", "m5"]);
  expect(columnsOf(all, "-m7").map((each) => each.name)).toContain("m7");
  expect(columnsOf(all, "still")[0]?.name).toBe("still");
});

it("a row is found again by its key, and nothing else is", () => {
  expect(rowKey("0.12.9")).toEqual({ trial: 0, a: 12, b: 9 });
  expect(rowKey("1..9")).toEqual({ trial: 1, a: null, b: 9 });
  expect([rowKey("0.."), rowKey("x"), rowKey("")]).toEqual([null, null, null]);
});

it("a table for spreadsheets holds no formula", () => {
  const side = {
    index: 0,
    state: "ok" as const,
    preview: '=HYPERLINK("x")',
    error: "",
    trace: "t",
    ms: 1,
    tokens: 0,
    cost: {},
  };
  const row: Row = { trial: 0, input: "a, b", state: "changed", a: side, b: null, deltas: { ms: -2 } };
  const [head, line] = csvOf([row], [figure("ms", 1)]).split("\r\n");
  expect(head?.endsWith("delta_ms")).toBe(true);
  expect(line).toContain(`"a, b","'=HYPERLINK(""x"")"`);
  expect(line?.endsWith(",-2")).toBe(true);
});

it("tells wins where somebody knows which end is the better one", () => {
  expect(winsOf({ better: "lower", up: 3, down: 12, pairs: 20 })).toEqual({ wins: 12, losses: 3, ties: 5 });
  expect(winsOf({ better: "unknown", up: 3, down: 12, pairs: 20 })).toBe(null);
  expect(chance(0.0001)).toBe("<0.001");
  expect(chance(0.04321)).toBe("0.043");
  expect(nameOf("score.exact", en)).toBe("exact");
  expect(shown("score.exact", "share", 0.5)).toBe("50%");
  expect(signed("score.wait", "mean", -1200, "ms")).toBe("−1.20 s");
});

it("knows where the interval and the test disagree", () => {
  const of = (low: number, high: number, verdict: Figure["verdict"]) =>
    disagrees({ ...figure("ms", 1), difference: estimate(-86, low, high), verdict });
  expect(of(-327, -16, "unclear")).toBe(true);
  expect(of(-327, 16, "unclear")).toBe(false);
  expect(of(-327, -16, "better")).toBe(false);
});
