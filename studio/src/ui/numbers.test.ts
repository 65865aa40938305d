import { describe, expect, it } from "vitest";
import { type NumberRule, numberFault, numberOf } from "./numbers";

const rows: NumberRule = { form: "whole", least: 1, empty: "allowed" };
const share: NumberRule = { form: "decimal", above: 0 };

describe("what is typed where a number is wanted", () => {
  it.each([
    ["abc", rows, "whole"],
    ["1.5", rows, "whole"],
    ["1e3", rows, "whole"],
    ["0x10", rows, "whole"],
    ["99999999999999999999", rows, "whole"],
    ["-3", rows, "least"],
    ["0", rows, "least"],
    ["", share, "empty"],
    ["a lot", share, "number"],
    ["Infinity", share, "number"],
    ["0", share, "above"],
    ["1.1", { form: "decimal", least: 0.3, most: 1 }, "most"],
  ] as const)("%s is refused, with what is wrong", (text, rule, fault) => expect(numberFault(text, rule)).toBe(fault));
  it("is a number in the digits of either width, with space around it", () =>
    expect([" 12 ", "１２", ""].map((text) => numberOf(text, rows))).toEqual([12, 12, null]));
  it("never becomes another number, or none", () => expect(() => numberOf("abc", rows)).toThrow(RangeError));
});
