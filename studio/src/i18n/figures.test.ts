import { describe, expect, test } from "vitest";
import { moment } from "./figures";

const NOW = new Date(2026, 10, 22, 14, 17, 5).getTime();

describe("a moment", () => {
  test("of today is its time", () => {
    expect(moment(NOW, "en", NOW)).toBe("14:17:05");
    expect(moment(new Date(2026, 10, 22, 0, 3, 9).getTime(), "zh", NOW)).toBe("00:03:09");
  });
  test("of another day is as the browser writes it", () => {
    for (const [language, locale] of [
      ["en", "en-GB"],
      ["zh", "zh-CN"],
    ] as const) {
      const format = new Intl.DateTimeFormat(locale, {
        month: "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        hour12: false,
      });
      for (let month = 0; month < 12; month += 1) {
        const at = new Date(2025, month, 3 + month, 9 + month, 5);
        expect(moment(at.getTime(), language, NOW)).toBe(format.format(at));
      }
    }
  });
  test("that is none is nothing", () => expect(moment(Number.NaN, "en", NOW)).toBe(""));
});
