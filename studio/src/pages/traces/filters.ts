/** What is asked of the list: typed, and all of it in the address. Knows no component. */
import type { Asked } from "../../api/client";
import { createKept } from "../../state/kept";

export const FIELDS = [
  "q",
  "status",
  "kind",
  "name",
  "model",
  "run",
  "cached",
  "rated",
  "min",
  "max",
  "since",
  "scoring",
] as const;
export type Field = (typeof FIELDS)[number];
export type Filters = Readonly<Partial<Record<Field, string>>>;

const PERIODS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What stands in an address. */
export function filtersIn(query: string): Filters {
  const asked = new URLSearchParams(query);
  const found: Partial<Record<Field, string>> = {};
  for (const field of FIELDS) {
    const value = asked.get(field);
    if (value) found[field] = value;
  }
  return found;
}

/** The moment that `90m`, `2h`, `7d` ago or a day such as `2026-01-31` names; 0 where it names none. */
export function sinceOf(text: string, now: number): number {
  const period = /^(\d+)([mhd])$/.exec(text);
  if (period) return now - Number(period[1]) * (PERIODS[period[2] ?? ""] ?? 0);
  const day = /^\d{4}-\d{2}-\d{2}/.test(text)
    ? new Date(text.length === 10 ? `${text}T00:00` : text).getTime()
    : Number.NaN;
  return Number.isNaN(day) ? 0 : day;
}

/** A duration such as `250`, `250ms` or `1.5s`, in milliseconds; 0 where it is none. */
export function msOf(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|min)?$/.exec(text.trim());
  if (!found) return 0;
  const unit = { ms: 1, s: 1000, min: 60_000 }[found[2] ?? "ms"] ?? 1;
  return Number(found[1]) * unit;
}

/** As the API is asked. */
export function askedOf(of: Filters, now: number): Asked<"live_traces"> {
  return {
    q: of.q ?? "",
    status: (of.status === "ok" || of.status === "failed" ? of.status : "") as "" | "ok" | "failed",
    kind: of.kind ?? "",
    name: of.name ?? "",
    model: of.model ?? "",
    run: of.run ?? "",
    scoring: (of.scoring === "yes" ? "yes" : "") as "" | "yes",
    cached: (of.cached === "yes" || of.cached === "no" ? of.cached : "") as "" | "yes" | "no",
    rated: (of.rated === "yes" || of.rated === "up" || of.rated === "down" ? of.rated : "") as
      | ""
      | "yes"
      | "up"
      | "down",
    min_ms: msOf(of.min ?? ""),
    max_ms: msOf(of.max ?? ""),
    since_ms: sinceOf(of.since ?? "", now),
  };
}

const ALIASES: Readonly<Record<string, Field>> = {
  step: "name",
  state: "status",
  hit: "cached",
  状态: "status",
  种类: "kind",
  步骤: "name",
  模型: "model",
  运行: "run",
  命中: "cached",
  评分: "scoring",
  评价: "rated",
};
const VALUES: Readonly<Record<string, string>> = {
  成功: "ok",
  失败: "failed",
  是: "yes",
  否: "no",
  好评: "up",
  差评: "down",
};

/** `status:failed model:smart the rest`: filters by name, and the words that are left. */
export function readFilters(text: string): Filters {
  const found: Partial<Record<Field, string>> = {};
  const rest: string[] = [];
  for (const word of text.split(/\s+/)) {
    const at = word.search(/[:：]/);
    const name = word.slice(0, Math.max(0, at)).toLowerCase();
    const field = ALIASES[name] ?? (FIELDS.find((each) => each === name) as Field | undefined);
    const value = word.slice(at + 1);
    if (at > 0 && field && value) found[field] = VALUES[value] ?? value;
    else if (word) rest.push(word);
  }
  return { ...found, q: rest.join(" ") };
}

export interface View {
  readonly name: string;
  readonly query: string;
}

const isViews = (value: unknown): value is readonly View[] =>
  Array.isArray(value) && value.every((each) => typeof each?.name === "string" && typeof each?.query === "string");
/** Named filters, in this browser. */
export const views = createKept<readonly View[]>("trace-views", [], isViews);

/** The list as it was last looked at: where one goes back to. */
let last = "/traces";
export const lastList = (): string => last;
export function noteList(address: string): void {
  last = address;
}
