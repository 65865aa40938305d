/** Figures of the monitor in words and colours. Pure. */
import type { components } from "../../api/client";
import { count, money } from "../../i18n/figures";
import type { Language } from "../../i18n/words";
import type { ChartLine } from "../../ui/chart/Lines";

export type Figures = components["schemas"]["Figures"];
const DAY_MS = 86_400_000;
const COLOURS = [
  "--accent", "--kind-tool", "--hit", "--kind-search", "--changed", "--kind-agent", "--ok", "--kind-embed",
] as const; // biome-ignore format: a row of colours
export const MOST_LINES = COLOURS.length;

export const colour = (place: number): string => COLOURS[place % COLOURS.length] ?? "--accent";
export const line = (label: string, place: number, values: readonly (number | null)[]): ChartLine => ({
  label,
  colour: colour(place),
  values,
});

/** A point's time: the day with it where points are long. */
export function clock(ms: number, every: number, language: Language): string {
  const options: Intl.DateTimeFormatOptions =
    every >= DAY_MS
      ? { month: "short", day: "numeric" }
      : every * 120 > DAY_MS
        ? { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false }
        : { hour: "2-digit", minute: "2-digit", hour12: false };
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", options).format(ms);
}

/** Answered: neither refused by us nor failed nor left. */
export const answered = (of: Figures): number => of.count - of.rejected - of.limited - of.failed - of.left_early;

export function spent(of: Figures): string {
  return money(Object.fromEntries(of.money.map((each) => [each.currency, each.cost_micros / 1e6])));
}

export function saved(of: Figures): string {
  return money(Object.fromEntries(of.money.map((each) => [each.currency, each.saved_micros / 1e6])));
}

export const micros =
  (currency: string) =>
  (value: number): string =>
    money({ [currency]: value / 1e6 }) || "0";
export type Whole = "total" | "average" | "last";

/** What the points come to together: their sum, their mean, or the last one that is known. */
export function wholeIn(values: readonly (number | null)[], whole: Whole): number | null {
  const known = values.filter((each) => each !== null);
  if (known.length === 0) return null;
  if (whole === "last") return known.at(-1) ?? null;
  const sum = known.reduce((all, each) => all + each, 0);
  return whole === "total" ? sum : sum / known.length;
}

/** A count; nothing where an axis stands between two. */
export const whole = (value: number): string => (Number.isInteger(value) ? count(value) : "");
export const percent = (value: number): string => `${Math.round(value)}`;
