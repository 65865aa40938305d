/** What the page is about: its time and its filters, as they stand in the address. Pure but for the hook. */
import { useEffect, useMemo, useState } from "react";
import { address, usePlace } from "../../app/router";

export const RANGES = ["1h", "6h", "24h", "7d", "30d"] as const;
export type Range = (typeof RANGES)[number];
export const DIMENSIONS = ["key", "model", "served", "release"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
const HOURS: Record<Range, number> = { "1h": 1, "6h": 6, "24h": 24, "7d": 168, "30d": 720 };
const HOUR_MS = 3_600_000;
const AGAIN_MS = 10_000;

export interface Asked {
  readonly since_ms: number;
  readonly until_ms: number;
  readonly served?: string;
  readonly model?: string;
  readonly key?: string;
  readonly release?: string;
}

export const rangeIn = (query: URLSearchParams): Range => RANGES.find((each) => each === query.get("range")) ?? "1h";
export const dimensionIn = (query: URLSearchParams): Dimension =>
  DIMENSIONS.find((each) => each === query.get("by")) ?? "model";

/** The time that a range means now: its end is a whole step ahead, so that one question has one answer for a while. */
export function timesOf(range: Range, now: number): { since_ms: number; until_ms: number } {
  const until_ms = Math.ceil(now / AGAIN_MS) * AGAIN_MS;
  return { since_ms: until_ms - HOURS[range] * HOUR_MS, until_ms };
}

export function filtersIn(query: URLSearchParams): Partial<Record<Dimension, string>> {
  const found: Partial<Record<Dimension, string>> = {};
  for (const each of DIMENSIONS) {
    const value = query.get(each);
    if (value) found[each] = value;
  }
  return found;
}

/** What is asked now; anew every ten seconds while it is live and the page is seen. */
export function useAsked(): { asked: Asked; range: Range; by: Dimension; isLive: boolean; question: string } {
  const { query } = usePlace();
  const [now, setNow] = useState(() => Date.now());
  const given = useMemo(() => new URLSearchParams(query), [query]);
  const isLive = given.get("live") !== "off";
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isLive]);
  return useMemo(() => {
    const range = rangeIn(given);
    const filters = filtersIn(given);
    const question = JSON.stringify([range, filters]);
    return { asked: { ...timesOf(range, now), ...filters }, range, by: dimensionIn(given), isLive, question };
  }, [given, now, isLive]);
}

/** Where the requests behind a point are. */
export function requestsAt(asked: Asked, more: Readonly<Record<string, string | number>> = {}): string {
  const { since_ms, until_ms, ...filters } = asked;
  return address("/monitor/requests", {}, { since: since_ms, until: until_ms, ...filters, ...more });
}
