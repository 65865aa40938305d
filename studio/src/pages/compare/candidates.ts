/** Several candidates as people read them: their letters, their rows, a table to keep. Knows no component. */
import type { components } from "../../api/client";
import { field } from "./figures";

export type Candidates = components["schemas"]["Candidates"];
export type Candidate = components["schemas"]["CandidateRun"];
export type CandidateFigure = components["schemas"]["CandidateFigure"];
export type CandidateRow = components["schemas"]["CandidateRow"];
export type CandidateCell = components["schemas"]["CandidateCell"];

const FIRST = "B".charCodeAt(0);

/** The baseline is A, the candidates B, C, ... */
export const letterOf = (place: number): string => String.fromCharCode(FIRST + place);

/** A row's name in the address: its trial, its place in the baseline and in each candidate. */
export const keyOfRow = (row: CandidateRow): string =>
  [row.trial, row.a.index, ...row.cells.map((each) => each?.side.index ?? "")].join(".");

export interface RowPlaces {
  readonly trial: number;
  /** By run, the baseline first; null where a run does not have the row. */
  readonly places: readonly (number | null)[];
}

export function placesOf(key: string, runs: number): RowPlaces | null {
  if (!/^\d+\.\d+(\.\d*)*$/.test(key)) return null;
  const [trial, ...places] = key.split(".").map((each) => (each ? Number(each) : null));
  return places.length === runs ? { trial: trial ?? 0, places } : null;
}

/** The candidate after one; "" stands for any. */
export function nextCandidate(of: Candidates, now: string): string {
  const runs = ["", ...of.candidates.map((each) => each.run.run)];
  return runs[(runs.indexOf(now) + 1) % runs.length] ?? "";
}

/** The rows as a table that spreadsheets open. */
export function csvOfCandidates(of: Candidates, rows: readonly CandidateRow[]): string {
  const names = of.figures.map((each) => each.name);
  const head = ["trial", "index", "input", `a ${of.a.run}`, "a_trace"];
  for (const [place, each] of of.candidates.entries()) {
    const letter = letterOf(place).toLowerCase();
    head.push(`${letter} ${each.run.run}`, `${letter}_state`, `${letter}_trace`);
    head.push(...names.map((name) => `${letter}_delta_${name}`));
  }
  const lines = rows.map((row) => [
    String(row.trial),
    String(row.a.index),
    row.input,
    row.a.error || row.a.preview,
    row.a.trace,
    ...row.cells.flatMap((cell) => [
      cell ? cell.side.error || cell.side.preview : "",
      cell?.state ?? "only_a",
      cell?.side.trace ?? "",
      ...names.map((name) => (cell?.deltas[name] === undefined ? "" : String(cell.deltas[name]))),
    ]),
  ]);
  const signed = /^-?\d+(\.\d+)?(e-?\d+)?$/i;
  const written = [head, ...lines].map((line) =>
    line.map((each) => (signed.test(each) ? each : field(each))).join(","),
  );
  return `\ufeff${written.join("\r\n")}\r\n`;
}
