import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Cell, type Column, GridData, type GridRow } from "./data";
import { cellsOf, curveOf, figuresOf, quantile } from "./figures";
import { bodyOf, EMPTY, formLike, isSound } from "./launching";

vi.stubGlobal("document", {
  hidden: false,
  addEventListener: () => {},
  removeEventListener: () => {},
  querySelector: () => null,
});
vi.stubGlobal("requestAnimationFrame", (work: () => void) => setTimeout(work));

const column = (step: string, cell: number): Column => ({
  cell,
  step,
  name: step,
  kind: "step",
  calls: 0,
  hits: 0,
  ran: 0,
  failed: 0,
  mean_ms: 0,
  changed: false,
  causes: [],
});
const row = (index: number, cells: (Cell | null)[], state: Cell[0] = 4): GridRow => [
  index,
  0,
  state,
  `n: ${index}`,
  5,
  "t",
  "",
  cells,
];
const batch = (rows: GridRow[]) => ({ head: null, columns: null, rows });
const order = (data: GridData): (number | undefined)[] => data.store.get().rows.map((held) => held?.row[0]);

describe("rows of a run that is followed", () => {
  let data: GridData;
  beforeEach(() => {
    data = new GridData("r");
    data.store.get().columns = [column("app:a", 0), column("app:b", 1)];
  });
  afterEach(() => data.close());

  test("rows that come out of order stand in the dataset's order", () => {
    data.apply(batch([row(5, []), row(1, [])]));
    data.apply(batch([row(3, []), row(9, [])]));
    expect(order(data)).toEqual([1, 3, 5, 9]);
    expect(data.placeOf(5, 0)).toBe(2);
  });
  test("a changed row is replaced, and only the cells that changed are stamped", () => {
    data.apply(batch([row(1, [[2, 3, "a", 1], null])]));
    const before = data.store.get().rows[0];
    data.apply(
      batch([
        row(1, [
          [2, 3, "a", 1],
          [3, 1, "boom", 1],
        ]),
      ]),
    );
    const after = data.store.get().rows[0];
    expect(after?.version).not.toBe(before?.version);
    expect(after?.stamps).toEqual([0, 1]);
    expect(order(data)).toEqual([1]);
  });
  test("a thousand rows in batches are each there once", () => {
    for (let from = 0; from < 1000; from += 50)
      data.apply(batch(Array.from({ length: 100 }, (_, i) => row((from + i) % 1000, [[2, 1, "x", 1]], 2))));
    expect(order(data)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });
});

describe("figures", () => {
  const held = (state: Cell[0], ms: number, cells: Cell[]) => ({
    row: [0, 0, state, "", ms, "", "", cells] as GridRow,
    scores: [],
    version: 1,
    stamps: [],
  });
  test("cells are counted by state, and reused items have no time", () => {
    const rows = [
      held(1, 0.1, [[1, 0, "", 1]]),
      held(2, 40, [
        [2, 40, "", 1],
        [1, 0, "", 1],
      ]),
      held(3, 90, [[3, 90, "", 1]]),
      undefined,
    ];
    expect(figuresOf(rows)).toMatchObject({ hits: 2, ran: 1, failed: 1, p50: 90, p95: 90 });
    expect(figuresOf([])).toMatchObject({ hits: 0, p50: null });
  });
  test("a quantile is one of the values", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(3);
    expect(quantile([7], 0.95)).toBe(7);
  });
  test("a curve has a stretch for every few rows, empty ones too", () => {
    const curve = curveOf([...Array.from({ length: 96 }, () => held(2, 10, [])), undefined, undefined]);
    expect(curve.at.length).toBe(25);
    expect(curve.p50[0]).toBe(10);
  });
});

test("after a run with failures the bar is full: what did not end never will", () => {
  expect(cellsOf(12, 5, 57, true)).toBe(60);
  expect(cellsOf(12, 5, 57, false)).toBe(57);
  expect(cellsOf(0, 0, 0, false)).toBe(1);
});

describe("starting a run", () => {
  test("the form becomes what the API takes", () => {
    expect(
      bodyOf({ ...EMPTY, target: " app:a ", data: "d", limit: "5", trials: "1", refresh: "a, b，c" }),
    ).toMatchObject({
      target: "app:a",
      limit: 5,
      trials: 1,
      refresh: ["a", "b", "c"],
    });
  });
  test("what is no number makes no body: it would be no limit", () => {
    const form = { ...EMPTY, target: "app:a", data: "d" };
    expect([form, { ...form, limit: "abc" }, { ...form, trials: "" }, { ...form, limit: "0" }].map(isSound)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(() => bodyOf({ ...form, limit: "abc" })).toThrow(RangeError);
  });
  test("what was given the last time comes back for the same run, and not for another", () => {
    const last = { ...EMPTY, target: "app:a", data: "d", limit: "3" };
    const head = { target: "app:a", data: "d", trials: 2 } as Parameters<typeof formLike>[0];
    expect(formLike(head, last).limit).toBe("3");
    expect(formLike({ ...head, data: "other" } as Parameters<typeof formLike>[0], last)).toMatchObject({
      limit: "",
      trials: "2",
    });
    expect(formLike(null, last)).toBe(last);
  });
});
