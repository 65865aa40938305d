import { expect, it } from "vitest";
import { type CandidateRow, type Candidates, csvOfCandidates, keyOfRow, letterOf, placesOf } from "./candidates";
import { addressOf, chosenIn, MOST_CANDIDATES, taken } from "./chosen";

const side = (index: number, preview: string) => ({
  index,
  state: "ok" as const,
  preview,
  error: "",
  trace: `t${index}`,
  ms: 1,
  tokens: 0,
  cost: {},
});
const row: CandidateRow = {
  trial: 0,
  input: "=1+1",
  a: side(4, "-5"),
  cells: [{ state: "changed", side: side(7, "+x"), deltas: { ms: -2.5 } }, null],
};

it("reads runs from the address and writes them there", () => {
  expect(chosenIn("?a=1&b=2&b=3&b=2&b=1")).toEqual({ a: "1", candidates: ["2", "3"] });
  expect(chosenIn("?a=1&b=1")).toEqual({ a: "1", candidates: ["1"] });
  expect(chosenIn("")).toEqual({ a: "", candidates: [] });
  const many = `?a=x${Array.from({ length: 20 }, (_, n) => `&b=${n}`).join("")}`;
  expect(chosenIn(many).candidates.length).toBe(MOST_CANDIDATES);
  expect(addressOf({ a: "1", candidates: ["2", "3"] }, "?a=9&only=broken&row=0.1", ["only", "sort"])).toBe(
    "/compare?a=1&b=2&b=3&only=broken",
  );
});

it("takes a run for one side and lets go of it", () => {
  const two = { a: "1", candidates: ["2"] };
  expect(taken(two, "b", "3")).toEqual({ a: "1", candidates: ["2", "3"] });
  expect(taken(two, "b", "2")).toEqual({ a: "1", candidates: [] });
  expect(taken(two, "b", "1")).toEqual({ a: "", candidates: ["2", "1"] });
  expect(taken(two, "a", "2")).toEqual({ a: "2", candidates: [] });
  expect(taken(two, "a", "1")).toEqual({ a: "", candidates: ["2"] });
});

it("names a row by its places in all runs", () => {
  expect(keyOfRow(row)).toBe("0.4.7.");
  expect(placesOf("0.4.7.", 3)).toEqual({ trial: 0, places: [4, 7, null] });
  expect(placesOf("0.4.7", 3)).toBe(null);
  expect(placesOf("0.x.7.", 3)).toBe(null);
  expect(letterOf(2)).toBe("D");
});

it("saves a table in which no text is a formula", () => {
  const of = {
    a: { run: "r1" },
    candidates: [{ run: { run: "r2" } }, { run: { run: "r3" } }],
    figures: [{ name: "ms" }],
  } as unknown as Candidates;
  const [head, line] = csvOfCandidates(of, [row]).split("\r\n");
  expect(head).toBe(
    "\ufefftrial,index,input,a r1,a_trace,b r2,b_state,b_trace,b_delta_ms,c r3,c_state,c_trace,c_delta_ms",
  );
  expect(line).toBe("0,4,'=1+1,-5,t4,'+x,changed,t7,-2.5,,only_a,,");
});
