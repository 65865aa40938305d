import { expect, test } from "vitest";
import { beside, marksOf, nextOpen, unmarked, Watch } from "./answering";

test("the next item is the next open one, around the end", () => {
  const queue = { places: [4, 2, 0, 3], states: [0, 1, 3, 2] as (0 | 1 | 2 | 3)[] };
  expect(nextOpen(queue, 4)).toBe(0);
  expect(nextOpen(queue, 0)).toBe(4);
  expect(nextOpen({ ...queue, states: [1, 1, 2, 1] }, 4)).toBeNull();
});

test("an item is open still when it was begun only", () => {
  expect(nextOpen({ places: [0, 1], states: [1, 3] }, 0)).toBe(1);
});

test("the items beside one end at the ends of the order", () => {
  expect([beside([3, 1, 2], 1, 1), beside([3, 1, 2], 2, 1), beside([3, 1, 2], 3, -1)]).toEqual([2, 2, 3]);
});

test("marks have a key each", () => {
  expect(marksOf({ name: "tone", low: 1, high: 3 }).map((each) => each.key)).toEqual(["1", "2", "3"]);
  expect(marksOf({ name: "correct", low: 0, high: 1 })).toEqual([
    { key: "y", mark: 1 },
    { key: "n", mark: 0 },
  ]);
});

test("after a mark the next criterion without one is asked for", () => {
  const criteria = ["a", "b", "c"].map((name) => ({ name, low: 1, high: 5 }));
  expect(unmarked(criteria, { b: 1 }, 1)).toBe(2);
  expect(unmarked(criteria, { b: 1, c: 2 }, 2)).toBe(0);
  expect(unmarked(criteria, { a: 1, b: 1, c: 0 })).toBe(-1);
});

test("time in which an item is not in sight does not count", () => {
  let now = 0;
  const watch = new Watch(() => now);
  watch.restart(100);
  now = 50;
  watch.pause();
  now = 1000;
  watch.resume();
  now = 1010;
  expect(watch.read()).toBe(160);
});
