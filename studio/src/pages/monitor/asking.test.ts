import { expect, test } from "vitest";
import { filtersIn, rangeIn, requestsAt, timesOf } from "./asking";

test("an address tells the time and the filters, and what it does not know is left out", () => {
  const query = new URLSearchParams("range=24h&model=fast&other=1&key=");
  expect(rangeIn(query)).toBe("24h");
  expect(filtersIn(query)).toEqual({ model: "fast" });
  expect(rangeIn(new URLSearchParams("range=13h"))).toBe("1h");
});

test("one question within ten seconds has one time", () => {
  expect(timesOf("1h", 1_000_001)).toEqual(timesOf("1h", 1_009_999));
  const { since_ms, until_ms } = timesOf("6h", 0);
  expect(until_ms - since_ms).toBe(6 * 3_600_000);
});

test("a point opens the requests of its time with the filters of the page", () => {
  expect(requestsAt({ since_ms: 5, until_ms: 6, model: "a b" }, { status: "failed" })).toBe(
    "/monitor/requests?since=5&until=6&model=a+b&status=failed",
  );
});
