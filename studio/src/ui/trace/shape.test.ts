import { describe, expect, it } from "vitest";
import {
  barOf,
  endsOf,
  foldable,
  hitsOf,
  jumpOf,
  madeBeneath,
  nextOf,
  shortName,
  shownOf,
  type Trace,
  unfoldedTo,
} from "./shape";

/** root ── a ── b (from the record), c ; root ── d */
const trace = {
  head: { ms: 10 },
  strings: ["", "app:answer", "app:rewrite", "model", "gpt"],
  ids: ["r", "a", "b", "c", "d"],
  parents: [-1, 0, 1, 1, 0],
  depths: [0, 1, 2, 2, 1],
  names: [1, 2, 3, 3, 2],
  kinds: [0, 0, 3, 3, 0],
  models: [0, 0, 4, 0, 0],
  starts_ms: [0, 1, 0, 2, 5],
  durations_ms: [10, 2, 7, 1, 5],
  previews: ["退款", "", "", "late", ""],
  from_record: [0, 0, 1, 1, 0],
} as unknown as Trace;

describe("a trace as a tree", () => {
  const ends = endsOf(trace.depths);
  it("knows where each span ends", () => expect([...ends]).toEqual([5, 4, 3, 4, 5]));
  it("leaves out what is folded", () => expect(shownOf(trace, ends, new Set([1]), null)).toEqual([0, 1, 4]));
  it("shows what was found with what it lies beneath", () => {
    expect(hitsOf(trace, "GPT")).toEqual([2]);
    expect(shownOf(trace, ends, new Set([1]), hitsOf(trace, "gpt"))).toEqual([0, 1, 2]);
  });
  it("finds by what is shown of a span, in any script", () => expect(hitsOf(trace, "退款")).toEqual([0]));
  it("finds nothing where nothing is asked", () => expect(hitsOf(trace, "  ")).toBeNull());
  it("folds all but the roots", () => expect([...foldable(trace, ends)]).toEqual([1]));
  it("unfolds the way to a place", () => {
    expect([...unfoldedTo(trace, new Set([0, 1, 4]), 3)]).toEqual([4]);
    const folded = new Set([4]);
    expect(unfoldedTo(trace, folded, 3)).toBe(folded);
  });
  it("measures what comes from the record by its hit's own time", () => {
    const { hit, took } = madeBeneath(trace);
    expect([...hit]).toEqual([-1, -1, 1, 1, -1]);
    expect(took[1]).toBe(7);
  });
});

describe("a bar", () => {
  it("stands in its part of the window", () =>
    expect(barOf(2, 4, { from: 0, length: 10 })).toEqual({ left: 0.2, width: expect.closeTo(0.4) }));
  it("is cut at the window's edge, and absent outside", () => {
    expect(barOf(0, 10, { from: 5, length: 5 })).toEqual({ left: 0, width: 1 });
    expect(barOf(0, 1, { from: 5, length: 5 })).toBeNull();
  });
});

it("goes round among places", () => {
  expect(nextOf([4, 2], 4)).toBe(2);
  expect(nextOf([4, 2], 2)).toBe(4);
  expect(nextOf([4, 2], 0)).toBe(4);
  expect(nextOf([], 0)).toBeUndefined();
});

it("jumps to the first of some, whatever is chosen, and goes on only from where a jump led", () => {
  const slowest = [0, 3, 1];
  const failed = [3];
  const first = jumpOf(slowest, 3, null);
  expect(first?.to).toBe(0);
  const second = jumpOf(slowest, 0, first);
  expect(second?.to).toBe(3);
  expect(jumpOf(slowest, 1, second)?.to).toBe(0);
  expect(jumpOf(failed, 3, second)?.to).toBe(3);
  expect(jumpOf([], 3, second)).toBeNull();
});

it("calls a step by its own name", () => {
  expect(shortName("app:Agent.answer")).toBe("Agent.answer");
  expect(shortName("model")).toBe("model");
});
