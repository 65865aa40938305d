import { describe, expect, test } from "vitest";
import { diffWords, wordsOf } from "./words-diff";

const side = (before: string, after: string, not: "added" | "removed"): string =>
  diffWords(before, after)
    .filter((each) => each.op !== not)
    .map((each) => each.text)
    .join("");

describe("what changed, word by word", () => {
  test("one word for another", () => {
    expect(diffWords("the quick fox", "the slow fox")).toEqual([
      { op: "same", text: "the " },
      { op: "removed", text: "quick" },
      { op: "added", text: "slow" },
      { op: "same", text: " fox" },
    ]);
  });
  test("Chinese is compared character by character", () => {
    expect(diffWords("退款多久到账", "退款几天到账").map((each) => each.op)).toEqual([
      "same",
      "removed",
      "added",
      "same",
    ]);
  });
  test("equal texts have no change", () => {
    expect(diffWords("a b", "a b")).toEqual([{ op: "same", text: "a b" }]);
    expect(diffWords("", "")).toEqual([]);
  });
  test("both sides can be read back, whatever the texts", () => {
    let seed = 7;
    const next = (n: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    const text = (): string =>
      Array.from({ length: next(40) }, () => ["a", "b", " ", "好", "\n", ".", "cc"][next(7)]).join("");
    for (let i = 0; i < 400; i += 1) {
      const [before, after] = [text(), text()];
      expect(side(before, after, "added")).toBe(before);
      expect(side(before, after, "removed")).toBe(after);
    }
  });
  test("the shortest edit is found", () => {
    const changes = diffWords("a b c a b b a", "c b a b a c");
    const touched = changes
      .filter((each) => each.op !== "same")
      .flatMap((each) => wordsOf(each.text).filter((w) => w.trim()));
    expect(touched.length).toBeLessThanOrEqual(5);
  });
  test("long texts that share nothing are told in a moment", () => {
    const before = Array.from({ length: 6000 }, (_, i) => `x${i}`).join(" ");
    const after = Array.from({ length: 6000 }, (_, i) => `y${i}`).join("\n");
    const began = performance.now();
    expect(side(before, after, "removed")).toBe(after);
    expect(performance.now() - began).toBeLessThan(3000);
  });
});
