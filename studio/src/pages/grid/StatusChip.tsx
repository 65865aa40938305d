import { useWords } from "../../i18n/words";
import type { RunHead } from "../../state/project";
import { words } from "./words";

const TONES = { running: "changed", done: "ok", failed: "error", stopped: "", crashed: "error" } as const;

export function StatusChip({ status }: { status: RunHead["status"] }) {
  const t = useWords(words);
  return <span className={`chip ${TONES[status]}`}>{t[status]}</span>;
}
