import { expect, test } from "vitest";
import { many } from "./many";

test("one is one, and none and more are many", () => {
  expect([many(0, "call"), many(1, "call"), many("1", "query", "queries"), many("1.2k", "call")]).toEqual([
    "0 calls",
    "1 call",
    "1 query",
    "1.2k calls",
  ]);
});
