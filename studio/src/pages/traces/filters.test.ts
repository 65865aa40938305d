import { describe, expect, it } from "vitest";
import { askedOf, filtersIn, msOf, readFilters, sinceOf } from "./filters";

describe("filters", () => {
  it("are read from the address, and nothing else is", () =>
    expect(filtersIn("?status=failed&peek=x&q=a%20b")).toEqual({ status: "failed", q: "a b" }));
  it("can be typed", () =>
    expect(readFilters("status:failed step:app:draft 退款 days")).toEqual({
      status: "failed",
      name: "app:draft",
      q: "退款 days",
    }));
  it("can be typed in Chinese", () => expect(readFilters("状态：失败 退款")).toEqual({ status: "failed", q: "退款" }));
  it("leave words with a colon of their own alone", () =>
    expect(readFilters("http://x :y z:")).toEqual({ q: "http://x :y z:" }));
  it("know durations", () =>
    expect([msOf("250"), msOf("1.5s"), msOf("2 min"), msOf("soon")]).toEqual([250, 1500, 120_000, 0]));
  it("know times", () => {
    expect(sinceOf("2h", 10_000_000)).toBe(10_000_000 - 7_200_000);
    expect(sinceOf("2026-01-31", 0)).toBe(new Date(2026, 0, 31).getTime());
    expect(sinceOf("yesterday", 5)).toBe(0);
  });
  it("ask for nothing that the API does not know", () => {
    const asked = askedOf({ status: "odd", cached: "perhaps", min: "1s" }, 0);
    expect([asked.status, asked.cached, asked.min_ms]).toEqual(["", "", 1000]);
  });
});
