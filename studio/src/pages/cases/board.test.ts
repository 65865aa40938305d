import { expect, test } from "vitest";
import { ageOf, allowed, type Card, type Column, matching, moved, neighbour, placeOf } from "./board";
import { boundOf } from "./OpenCase";

const column = (status: Column["status"], ...numbers: number[]): Column => ({
  status,
  cases: numbers.map(
    (number) => ({ number, title: `case ${number}`, step: "", error: "", owner: "", scorer: "" }) as Card,
  ),
});
const columns = [column("open", 4, 2), column("triaged"), column("fixed", 1), column("regressed", 7, 8, 9)];

test("arrows go down a column and to the next one that has cases", () => {
  expect(moved(columns, { column: 0, row: 0 }, "ArrowDown")).toEqual({ column: 0, row: 1 });
  expect(moved(columns, { column: 0, row: 1 }, "ArrowDown")).toEqual({ column: 0, row: 1 });
  expect(moved(columns, { column: 0, row: 1 }, "ArrowRight")).toEqual({ column: 2, row: 0 });
  expect(moved(columns, { column: 3, row: 2 }, "ArrowRight")).toEqual({ column: 3, row: 2 });
  expect(moved(columns, { column: 3, row: 2 }, "ArrowLeft")).toEqual({ column: 2, row: 0 });
  expect(moved(columns, { column: 0, row: 0 }, "x")).toBe(null);
});

test("a person moves a case on by triage and by closing it, and back by opening it again", () => {
  expect(neighbour("open", "on")).toBe("triaged");
  expect(neighbour("triaged", "on")).toBe("closed");
  expect(neighbour("triaged", "back")).toBe(null);
  expect(neighbour("fixed", "back")).toBe("open");
  expect(neighbour("regressed", "back")).toBe(null);
  expect(allowed("open")).not.toContain("fixed");
});

test("cases are found by their place and by their words", () => {
  expect(placeOf(columns, 8)).toEqual({ column: 3, row: 1 });
  expect(placeOf(columns, 5)).toBe(null);
  expect(matching(columns, "CASE 2").flatMap((each) => each.cases.map((one) => one.number))).toEqual([2]);
});

test("an age is told in the largest whole unit", () => {
  expect(ageOf(30_000)).toEqual({ unit: "minutes", n: 0 });
  expect(ageOf(7_200_000)).toEqual({ unit: "hours", n: 2 });
  expect(ageOf(49 * 3_600_000)).toEqual({ unit: "days", n: 2 });
});

test("a score passes from the middle of its scale, or at its best end where the row is beyond the middle", () => {
  const scale = { least: 0, most: 1, better: "higher" } as const;
  expect(boundOf({ ...scale, value: 0.2 })).toBe("0.5");
  expect(boundOf({ ...scale, value: 0.7 })).toBe("1");
  expect(boundOf({ ...scale, better: "lower", value: 0.2 })).toBe("0");
  expect(boundOf({ ...scale, most: null, value: 0.2 })).toBe("");
});
