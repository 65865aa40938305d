/** Figures of a comparison as people read them, and where their plots stand. Knows no component. */
import type { components } from "../../api/client";
import { count, duration, money } from "../../i18n/figures";
import type { Translation } from "../../i18n/words";
import { pretty } from "../../ui/json";
import { differenceText, meanText } from "../../ui/scores";
import type { en } from "./en";

export type Comparison = components["schemas"]["Comparison"];
export type Figure = components["schemas"]["ComparedFigure"];
export type Row = components["schemas"]["ComparedRow"];
export type Slice = components["schemas"]["ComparedSlice"];
export type Estimate = components["schemas"]["Estimate"];
type Words = Translation<typeof en>;

export function nameOf(name: string, t: Words): string {
  if (name.startsWith("cost.")) return t.fig_cost(name.slice(5));
  if (name.startsWith("output.")) return name.slice(7);
  if (name.startsWith("score.")) return name.slice(6);
  const known: Readonly<Record<string, string>> = {
    ok: t.fig_ok,
    ms: t.fig_ms,
    input_tokens: t.fig_input_tokens,
    output_tokens: t.fig_output_tokens,
    output: t.fig_output,
  };
  return known[name] ?? name;
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(1);
  if (Number.isInteger(value) && size < 10_000) return String(value);
  return size >= 10_000 ? count(Math.round(value)) : value.toPrecision(3).replace(/\.?0+$/, "");
}

/** A figure's value: a share as a percentage. */
export function shown(name: string, kind: "share" | "mean", value: number, unit = ""): string {
  if (name.startsWith("score.")) return meanText(value, { unit, is_share: kind === "share" });
  if (kind === "share") return `${(value * 100).toFixed(1).replace(/\.0$/, "")}%`;
  if (name === "ms") return duration(value) || "0 ms";
  if (name.startsWith("cost.")) return money({ [name.slice(5)]: value }) || "0";
  if (name.endsWith("_tokens")) return count(Math.round(value * 10) / 10);
  return plain(value);
}

/** With its sign; a share's in percentage points. */
export function signed(name: string, kind: "share" | "mean", value: number, unit = ""): string {
  if (value === 0) return "0";
  if (name.startsWith("score.")) return differenceText(value, { unit, is_share: kind === "share" });
  const sign = value > 0 ? "+" : "−";
  const size = Math.abs(value);
  if (kind === "share") return `${sign}${(size * 100).toFixed(1).replace(/\.0$/, "")} pp`;
  return sign + shown(name, kind, size);
}

/** A row's delta: of a truth value it is a step. */
export function delta(of: Figure, value: number): string {
  return of.kind === "share" ? signed("", "mean", value) : signed(of.name, "mean", value, of.unit);
}

/** Whether a difference is a gain, a loss, or only a change. */
export function toneOf(better: Figure["better"], value: number): "tone-good" | "tone-bad" | "" {
  if (value === 0 || better === "unknown") return "";
  return value > 0 === (better === "higher") ? "tone-good" : "tone-bad";
}

export interface Plot {
  readonly zero: number;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** Places from 0 to 1 of a difference and its interval, 0 in the middle. */
export function plotOf({ value, low, high }: Estimate): Plot {
  const most = Math.max(Math.abs(value), Math.abs(low ?? 0), Math.abs(high ?? 0)) * 1.12;
  const place = (one: number): number => (most > 0 ? 0.5 + one / most / 2 : 0.5);
  return { zero: 0.5, at: place(value), from: place(low ?? value), to: place(high ?? value) };
}

const COLUMNS = 6;

/** A p value as people read it. */
export function chance(p: number): string {
  return p < 0.0005 ? "<0.001" : p.toFixed(3);
}

/** Whether the interval leaves out 0 and the test is not sure all the same: they are of two methods. */
export function disagrees(of: Pick<Figure, "difference" | "p_adjusted" | "verdict">): boolean {
  const { low, high } = of.difference;
  return of.verdict === "unclear" && low !== null && high !== null && low * high > 0;
}

/** The pairs in which b is better, and those in which it is worse; null where nobody knows which is which. */
export function winsOf(of: Pick<Figure, "better" | "up" | "down" | "pairs">): Wins | null {
  if (of.better === "unknown") return null;
  const [wins, losses] = of.better === "higher" ? [of.up, of.down] : [of.down, of.up];
  return { wins, losses, ties: of.pairs - of.up - of.down };
}
export interface Wins {
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** The figures that get a column: the one that is sorted by, then those in which rows differ. */
export function columnsOf(figures: readonly Figure[], sort: string): Figure[] {
  const wanted = sort.replace(/^-/, "");
  const moving = figures.filter(
    (each) => each.name !== "ok" && (each.up + each.down > 0 || each.name.startsWith("score.")),
  );
  const first = figures.filter((each) => each.name === wanted && !moving.includes(each));
  const all = [...first, ...moving];
  const cut = all.slice(0, COLUMNS);
  const sorted = all.find((each) => each.name === wanted);
  return sorted && !cut.includes(sorted) ? [...cut.slice(0, -1), sorted] : cut;
}

/** A row's name in the address, and back. */
export const keyOf = (row: Row): string => `${row.trial}.${row.a?.index ?? ""}.${row.b?.index ?? ""}`;

export interface RowKey {
  readonly trial: number;
  readonly a: number | null;
  readonly b: number | null;
}

export function rowKey(text: string): RowKey | null {
  const found = /^(\d+)\.(\d*)\.(\d*)$/.exec(text);
  if (!found || (!found[2] && !found[3])) return null;
  const index = (digits: string | undefined): number | null => (digits ? Number(digits) : null);
  return { trial: Number(found[1]), a: index(found[2]), b: index(found[3]) };
}

/** What an item came to, as text. */
export const textOf = (item: { readonly error: string; readonly output?: unknown }): string =>
  item.error || (typeof item.output === "string" ? item.output : pretty(item.output));

export const field = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The rows as a table that spreadsheets open; a text that would be a formula is kept from being one. */
export function csvOf(rows: readonly Row[], figures: readonly Figure[]): string {
  const names = figures.map((each) => each.name);
  const head = ["trial", "a_index", "b_index", "state", "input", "a", "b", "a_trace", "b_trace"];
  const lines = rows.map((row) => [
    String(row.trial),
    String(row.a?.index ?? ""),
    String(row.b?.index ?? ""),
    row.state,
    field(row.input),
    field(row.a?.error || row.a?.preview || ""),
    field(row.b?.error || row.b?.preview || ""),
    row.a?.trace ?? "",
    row.b?.trace ?? "",
    ...names.map((name) => String(row.deltas[name] ?? "")),
  ]);
  return `\ufeff${[[...head, ...names.map((name) => field(`delta_${name}`))], ...lines].map((line) => line.join(",")).join("\r\n")}\r\n`;
}
