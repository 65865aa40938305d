import { expect, test } from "vitest";
import { differenceText, goodness, meanText, scoreText, toneOfScore } from "./scores";

const share = { least: 0, most: 1, better: "higher", unit: "" } as const;
const wait = { least: 0, most: null, better: "lower", unit: "ms" } as const;

test("a score is told in its unit, with as many digits as mean something", () => {
  expect(scoreText(0.33333, "")).toBe("0.333");
  expect(scoreText(1, "")).toBe("1");
  expect(scoreText(1234, "ms")).toBe("1.23 s");
  expect(scoreText(12.4, "tokens")).toBe("12");
  expect(scoreText(0.02, "USD")).toBe("$0.020");
  expect(scoreText(3.5, "words")).toBe("3.5 words");
});

test("the mean of truths is a share, and its difference in points", () => {
  expect(meanText(0.825, { unit: "", is_share: true })).toBe("82.5%");
  expect(meanText(0.825, { unit: "", is_share: false })).toBe("0.825");
  expect(differenceText(-0.1, { unit: "", is_share: true })).toBe("−10 pp");
  expect(differenceText(12, { unit: "ms" })).toBe("+12 ms");
});

test("where a value stands is said by the scale and by which end is the better one", () => {
  expect(goodness(0.25, share)).toBe(0.25);
  expect(goodness(2, { least: 1, most: 5, better: "lower", unit: "" })).toBe(0.75);
  expect(goodness(100, wait)).toBe(null);
  expect([0.9, 0.5, 0.1].map((each) => toneOfScore(each, share))).toEqual(["good", "mid", "bad"]);
  expect(toneOfScore(900, wait, 800)).toBe("bad");
  expect(toneOfScore(700, wait, 800)).toBe("");
  expect(toneOfScore(900, { ...wait, better: "none" }, 800)).toBe("");
});
