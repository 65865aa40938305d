/** A new row, written as JSON and checked while it is. */
import { useState } from "react";
import { ask, type components } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { changeQuery } from "../../app/router";
import { notify } from "../../app/toasts";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Editor } from "../../ui/Editor";
import { ProblemNote } from "../../ui/Told";
import { rowFault } from "./text";
import { words } from "./words";

type Key = components["schemas"]["DatasetKey"];

const BLANK: Readonly<Record<string, unknown>> = {
  text: "",
  number: 0,
  truth: false,
  list: [],
  object: {},
  null: null,
};

/** A row with the keys that the others have. */
export function blankRow(keys: readonly Key[]): string {
  const own = keys.filter((each) => each.name !== "_origin");
  return JSON.stringify(Object.fromEntries(own.map((each) => [each.name, BLANK[each.types[0] ?? "text"]])), null, 2);
}

/** What is wrong with a row's text, said while it is written. */
export function RowCheck({ text }: { text: string }) {
  const t = useWords(words);
  const fault = rowFault(text);
  const told = !fault ? t.fine : fault.kind === "json" ? t.fault_json(fault.line) : t[`fault_${fault.kind}`];
  return (
    <p className={fault ? "row-check tone-bad" : "row-check dim"} role="status">
      {told}
    </p>
  );
}

interface Props {
  path: string;
  keys: readonly Key[];
  onAdded: () => void;
  onClose: () => void;
}

export function AddDialog({ path, keys, onAdded, onClose }: Props) {
  const t = useWords(words);
  const [text, setText] = useState(() => blankRow(keys));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const add = async (): Promise<void> => {
    if (rowFault(text) || busy) return;
    setBusy(true);
    try {
      const done = await ask("add_rows", { path }, { rows: [{ text, origin: null }], digest: "" });
      notify("ok", t.added);
      onAdded();
      onClose();
      changeQuery({ line: done.lines?.at(-1) ?? "", tab: "", q: "", only: "" });
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t.addRow}
      wide={640}
      onClose={onClose}
      foot={
        <Button primary disabled={busy || rowFault(text) !== null} onClick={() => void add()}>
          {t.add}
        </Button>
      }
    >
      <p className="dim">{t.addHint}</p>
      <Editor label={t.addRow} kind="json" value={text} onChange={setText} onSave={() => void add()} autoFocus />
      <RowCheck text={text} />
      {problem && <ProblemNote problem={problem} />}
    </Dialog>
  );
}
