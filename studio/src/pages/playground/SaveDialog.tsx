/** A variant's text as the prompt's file: what changes, and what to do where somebody else changed it meanwhile. */
import { useState } from "react";
import { ask } from "../../api/client";
import { ApiProblem, type Problem, problemOf } from "../../api/problem";
import { notify } from "../../app/toasts";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Diff } from "../../ui/Diff";
import { TextField } from "../../ui/Field";
import { ProblemNote } from "../../ui/Told";
import { type Draft, savedText, type VariantDraft } from "./draft";
import { words } from "./words";

export interface Saved {
  readonly name: string;
  readonly path: string;
  readonly digest: string;
  readonly text: string;
}

interface Props {
  draft: Draft;
  variant: VariantDraft;
  onSaved: (saved: Saved) => void;
  /** The file's own text is to stand in the variant. */
  onTaken: (saved: Saved) => void;
  onClose: () => void;
}

export function SaveDialog({ draft, variant, onSaved, onTaken, onClose }: Props) {
  const t = useWords(words);
  const text = savedText(draft, variant);
  const [name, setName] = useState(draft.name);
  const [theirs, setTheirs] = useState<Saved | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const digest = theirs?.digest ?? draft.digest;
      const done = await ask("put_prompt", { name }, { text, digest });
      notify("ok", t.saved(done.path));
      onSaved({ name: done.name, path: done.path, digest: done.digest, text });
    } catch (error) {
      if (error instanceof ApiProblem && error.kind === "ChangedMeanwhile") await look();
      else setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const look = async (): Promise<void> => {
    try {
      const now = await ask("get_prompt", { name });
      setTheirs({ name: now.name, path: now.path, digest: now.digest, text: now.text });
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const before = theirs?.text ?? draft.base;
  const isSame = Boolean(draft.prompt) && before === text;
  return (
    <Dialog
      title={draft.prompt ? `${t.saveTitle} · ${draft.prompt}` : t.saveTitle}
      onClose={onClose}
      wide={680}
      foot={
        <>
          {theirs && <Button onClick={() => onTaken(theirs)}>{t.takeTheirs}</Button>}
          <Button primary icon="save" disabled={busy || !name.trim() || isSame} onClick={() => void save()}>
            {theirs ? t.overwrite : t.save}
          </Button>
        </>
      }
    >
      {problem && <ProblemNote problem={problem} />}
      {!draft.prompt && (
        <TextField
          label={t.saveAs}
          hint={t.saveAsHint}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      {theirs && (
        <p className="wrong" role="alert">
          {t.conflict}
        </p>
      )}
      {isSame ? (
        <p className="soft">{t.noChange}</p>
      ) : (
        <div>
          <p className="label">{t.changes}</p>
          <div className="box">
            <Diff before={before} after={text} mono />
          </div>
        </div>
      )}
    </Dialog>
  );
}
