import { expect, test } from "vitest";
import { bestOf, nextVariant, type Variant } from "./figures";

const variant = (id: string, mean: number | null): Variant =>
  ({ run: { id }, scores: [mean === null ? null : { mean }] }) as unknown as Variant;
const three = [variant("a", 0.5), variant("b", 0.9), variant("c", null)];

test("the best of a column is told where somebody knows which end is the better one", () => {
  expect([...bestOf(three, 0, "higher")]).toEqual(["b"]);
  expect([...bestOf(three, 0, "lower")]).toEqual(["a"]);
  expect([...bestOf(three, 0, "unknown")]).toEqual([]);
  expect([...bestOf([variant("a", 1), variant("b", 1)], 0, "higher")]).toEqual([]);
});

test("variants are gone through without the baseline, and back to any", () => {
  expect(nextVariant(three, "")).toBe("b");
  expect(nextVariant(three, "b")).toBe("c");
  expect(nextVariant(three, "c")).toBe("");
});
