/** A run's or a call's state in a word. */
import { useWords } from "../../i18n/words";
import type { RunHead } from "../../state/project";
import type { Cell } from "./data";
import { words } from "./words";

const TONES = { running: "changed", done: "ok", failed: "error", stopped: "", crashed: "error" } as const;

export function StatusChip({ status }: { status: RunHead["status"] }) {
  const t = useWords(words);
  return <span className={`chip ${TONES[status]}`}>{t[status]}</span>;
}

const STATES = [
  null,
  ["hit", "hit"],
  ["ok", "done"],
  ["error", "failed"],
  ["changed", "running"],
  ["", "waiting"],
] as const;

export function StateChip({ state }: { state: Cell[0] }) {
  const t = useWords(words);
  const found = STATES[state];
  return found ? <span className={`chip ${found[0]}`}>{t[found[1]]}</span> : null;
}
