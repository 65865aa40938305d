/** Figures and times as people read them, in either language. Knows no page. */
import type { Language } from "./words";

/** A duration: `9 ms`, `1.2 s`, `3 min 04 s`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return "";
  if (ms < 1) return ms === 0 ? "0 ms" : "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${String(Math.floor((ms % 60_000) / 1000)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A count: `950`, `12.3k`, `4.56M`. */
export function count(n: number): string {
  if (n < 10_000) return String(n);
  if (n < 1_000_000) return `${(n / 1000).toFixed(n < 100_000 ? 1 : 0)}k`;
  return `${(n / 1_000_000).toFixed(2)}M`;
}

const SIGNS: Record<string, string> = { USD: "$", CNY: "¥", EUR: "€" };

/** Money by currency: `$0.0123 + ¥4.10`; empty where nothing was spent. */
export function money(cost: Readonly<Record<string, number>>): string {
  return Object.entries(cost)
    .filter(([, value]) => value !== 0)
    .map(([currency, value]) => one(currency, value))
    .join(" + ");
}

function one(currency: string, value: number): string {
  const digits = value >= 100 ? 0 : value >= 1 ? 2 : value >= 0.01 ? 3 : 5;
  const sign = SIGNS[currency];
  return sign ? sign + value.toFixed(digits) : `${value.toFixed(digits)} ${currency}`;
}

export function share(part: number, whole: number): string {
  return whole ? `${Math.round((part / whole) * 100)}%` : "";
}

/** How much of a run was reused: of all its calls those that were found. The one definition, for list and page. */
export function reusedShare(run: { readonly hits: number; readonly calls: number }): string {
  return share(run.hits, run.calls);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

/** A moment: the time today, else day and time. Written by hand: the browser's own formatter takes 13 ms to make. */
export function moment(ms: number, language: Language, now: number = Date.now()): string {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return "";
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (new Date(now).toDateString() === at.toDateString()) return `${time}:${two(at.getSeconds())}`;
  const day = at.getDate();
  return language === "zh" ? `${at.getMonth() + 1}月${day}日 ${time}` : `${day} ${MONTHS[at.getMonth()]}, ${time}`;
}
