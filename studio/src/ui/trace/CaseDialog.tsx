/** A trace becomes a case: what it is called, what was seen, and who says that it is wrong. */
import { type FormEvent, useId, useState } from "react";
import { ask } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { address, navigate } from "../../app/router";
import { notify } from "../../app/toasts";
import { useWords } from "../../i18n/words";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { CheckField, TextField } from "../Field";
import { ProblemNote } from "../Told";
import { words } from "./words";

interface Props {
  trace: string;
  /** It ended with an error: then that is what is wrong, and a later run says when it is right. */
  failed: boolean;
  onClose: () => void;
}

export function CaseDialog({ trace, failed, onClose }: Props) {
  const t = useWords(words);
  const id = useId();
  const [title, setTitle] = useState("");
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState(!failed);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const made = await ask("open_trace_case", { trace }, { title: title.trim(), note: note.trim(), wrong });
      notify("ok", t.caseMade(made.case.number));
      onClose();
      navigate(address("/cases", {}, { case: made.case.number }));
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t.makeCase}
      onClose={onClose}
      wide={520}
      foot={
        <Button primary type="submit" form={id} disabled={busy}>
          {busy ? t.caseMaking : t.makeCase}
        </Button>
      }
    >
      <form id={id} onSubmit={(event) => void submit(event)}>
        <p className="soft">{t.caseTells}</p>
        <TextField
          label={t.caseTitle}
          hint={t.caseTitleHint}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextField
          label={t.caseNote}
          hint={t.caseNoteHint}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <CheckField label={t.caseWrong} checked={wrong} onChange={(event) => setWrong(event.target.checked)} />
        <p className="dim">{wrong ? t.caseWrongHow : t.caseFailedHow}</p>
        {problem && <ProblemNote problem={problem} />}
      </form>
    </Dialog>
  );
}
