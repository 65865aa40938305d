/** The board as a person moves on it, and what a case may become. Knows no component. */
import type { components } from "../../api/client";

export type Card = components["schemas"]["CaseCard"];
export type Column = components["schemas"]["CaseColumn"];
export type Status = Card["status"];
export type Moved = components["schemas"]["MoveCase"]["status"];

/** In the order of the work: what is new, what was looked at, what runs say of it. */
export const SHOWN: readonly Status[] = ["open", "triaged", "fixed", "regressed"];
export const FOLDED: readonly Status[] = ["closed", "wontfix"];

/** What a person may make of a case; that it is fixed or regressed, only runs say. */
export function allowed(status: Status): readonly Moved[] {
  switch (status) {
    case "open":
      return ["triaged", "closed", "wontfix"];
    case "triaged":
    case "regressed":
      return ["closed", "wontfix"];
    case "fixed":
      return ["open", "closed", "wontfix"];
    case "closed":
      return ["open", "wontfix"];
    case "wontfix":
      return ["open", "closed"];
  }
}

/** The next column for a case that is moved on, and the one before it; null where only a run moves it there. */
export function neighbour(status: Status, way: "on" | "back"): Moved | null {
  const may = allowed(status);
  const wanted: Moved = way === "back" ? "open" : status === "open" ? "triaged" : "closed";
  return may.includes(wanted) ? wanted : null;
}

export interface Place {
  readonly column: number;
  readonly row: number;
}

export function placeOf(columns: readonly Column[], number: number): Place | null {
  for (const [column, each] of columns.entries()) {
    const row = each.cases.findIndex((one) => one.number === number);
    if (row >= 0) return { column, row };
  }
  return null;
}

/** Where an arrow leads: within a column, or to the nearest column that has cases. */
export function moved(columns: readonly Column[], at: Place, key: string): Place | null {
  const here = columns[at.column]?.cases.length ?? 0;
  if (key === "ArrowDown") return { ...at, row: Math.min(here - 1, at.row + 1) };
  if (key === "ArrowUp") return { ...at, row: Math.max(0, at.row - 1) };
  const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return null;
  for (let column = at.column + step; column >= 0 && column < columns.length; column += step) {
    const size = columns[column]?.cases.length ?? 0;
    if (size > 0) return { column, row: Math.min(at.row, size - 1) };
  }
  return at;
}

const MINUTE = 60_000;

/** How long ago, in the largest unit that is whole. */
export function ageOf(ms: number): { unit: "days" | "hours" | "minutes"; n: number } {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  if (minutes < 60) return { unit: "minutes", n: minutes };
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? { unit: "hours", n: hours } : { unit: "days", n: Math.floor(hours / 24) };
}

/** Cases whose title, step, error, owner or number holds the words. */
export function matching(columns: readonly Column[], q: string): Column[] {
  const wanted = q.trim().toLowerCase();
  if (!wanted) return [...columns];
  const holds = (each: Card): boolean =>
    `${each.number} ${each.title} ${each.step} ${each.error} ${each.owner} ${each.scorer}`
      .toLowerCase()
      .includes(wanted);
  return columns.map((each) => ({ ...each, cases: each.cases.filter(holds) }));
}
