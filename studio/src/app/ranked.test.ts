import { expect, test } from "vitest";
import { ranked } from "./ranked";

const all = [{ label: "Datasets" }, { label: "Run" }, { label: "Runs" }, { label: "Open the trace" }];

test("a word's start comes first, letters in order come after", () => {
  expect(ranked("run", all).map((each) => each.label)).toEqual(["Run", "Runs"]);
  expect(ranked("ott", all).map((each) => each.label)).toEqual(["Open the trace"]);
  expect(ranked("", all)).toHaveLength(4);
  expect(ranked("zzz", all)).toEqual([]);
});
