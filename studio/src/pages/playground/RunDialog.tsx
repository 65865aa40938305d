/** A run of the project over a dataset, with the prompt as it is in its file. */
import { useEffect, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { address, navigate } from "../../app/router";
import { useWords } from "../../i18n/words";
import { jobs, noteJob } from "../../state/project";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { CheckField, SelectField, SuggestField, TextField } from "../../ui/Field";
import { ProblemNote } from "../../ui/Told";
import { type Draft, letterOf } from "./draft";
import { words } from "./words";

interface Props {
  draft: Draft;
  /** Writes a variant's text to the file; raises what is wrong. */
  onSave: (id: number) => Promise<void>;
  onClose: () => void;
}

const LOOK_MS = 400;

export function RunDialog({ draft, onSave, onClose }: Props) {
  const t = useWords(words);
  const datasets = useLoaded("datasets", (signal) => ask("list_datasets", {}, { signal }));
  const runs = useLoaded("runs", (signal) => ask("list_runs", { limit: 100 }, { signal }));
  const targets = [...new Set((runs.data?.runs ?? []).map((each) => each.target))];
  const files = datasets.data?.datasets ?? [];
  const [target, setTarget] = useState<string | null>(null);
  const [data, setData] = useState<string | null>(null);
  const [limit, setLimit] = useState("");
  const edited = draft.prompt ? draft.variants.findIndex((each) => each.text !== draft.base) : -1;
  const [saves, setSaves] = useState(edited >= 0);
  const [job, setJob] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const known = useStore(jobs, (now) => now.get(job) ?? null);
  const wanted = { target: target ?? targets[0] ?? "", data: data ?? files[0]?.path ?? "" };

  useEffect(() => {
    if (!job) return;
    const timer = setInterval(() => void ask("get_job", { job }).then(noteJob, () => undefined), LOOK_MS);
    return () => clearInterval(timer);
  }, [job]);
  useEffect(() => {
    if (!known) return;
    if (known.run) navigate(address("/runs/:run", { run: known.run }));
    else if (known.status === "failed" || known.status === "stopped") {
      const what = known.tail || known.status;
      setProblem(known.problem ?? { kind: "JobFailed", en: { what, todo: "" }, zh: { what, todo: "" } });
      setJob("");
      setBusy(false);
    }
  }, [known]);

  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const variant = draft.variants[edited];
      if (saves && variant) await onSave(variant.id);
      const rows = /^\d+$/.test(limit) ? Number(limit) : null;
      const begun = await ask("start_run", {}, { ...wanted, limit: rows });
      noteJob(begun);
      setJob(begun.id);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t.runData}
      onClose={onClose}
      wide={560}
      foot={
        <Button primary icon="play" disabled={busy || !wanted.target || !wanted.data} onClick={() => void start()}>
          {busy ? t.starting : t.start}
        </Button>
      }
    >
      <p className="soft">{t.runDataTells}</p>
      {problem && <ProblemNote problem={problem} />}
      <SuggestField
        label={t.target}
        hint={t.targetHint}
        of={targets}
        value={wanted.target}
        onChange={(event) => setTarget(event.target.value)}
      />
      <div className="fields">
        <SelectField label={t.data} value={wanted.data} onChange={(event) => setData(event.target.value)}>
          {files.map((each) => (
            <option key={each.path} value={each.path}>
              {each.path}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t.limit}
          inputMode="numeric"
          placeholder={t.all}
          value={limit}
          onChange={(event) => setLimit(event.target.value)}
        />
      </div>
      {edited >= 0 && (
        <div>
          <p className="soft">{t.runs}</p>
          <CheckField
            label={t.saveFirst(letterOf(edited))}
            checked={saves}
            onChange={(event) => setSaves(event.target.checked)}
          />
        </div>
      )}
    </Dialog>
  );
}
