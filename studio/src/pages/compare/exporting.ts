/** The whole table as a file that this browser saves. Knows no component. */
import { type Asked, ask } from "../../api/client";
import { type CandidateRow, csvOfCandidates } from "./candidates";
import { csvOf, type Row } from "./figures";

const STEP = 500;
const MOST = 20_000;

export async function exportRows(asked: Asked<"compare_runs">): Promise<void> {
  const rows: Row[] = [];
  let told = await ask("compare_runs", { ...asked, offset: 0, limit: STEP });
  rows.push(...told.rows);
  while (rows.length < Math.min(told.matching, MOST) && told.rows.length > 0) {
    told = await ask("compare_runs", { ...asked, offset: rows.length, limit: STEP });
    rows.push(...told.rows);
  }
  save(`compare-${told.a.run}-${told.b.run}.csv`, csvOf(rows, told.figures));
}

export async function exportCandidates(asked: Asked<"compare_candidates">): Promise<void> {
  const rows: CandidateRow[] = [];
  let told = await ask("compare_candidates", { ...asked, offset: 0, limit: STEP });
  rows.push(...told.rows);
  while (rows.length < Math.min(told.matching, MOST) && told.rows.length > 0) {
    told = await ask("compare_candidates", { ...asked, offset: rows.length, limit: STEP });
    rows.push(...told.rows);
  }
  save(`compare-${told.a.run}-${told.candidates.length}.csv`, csvOfCandidates(told, rows));
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
