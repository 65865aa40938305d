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
import { NumberField, SelectField, SuggestField } from "../../ui/Field";
import { type NumberRule, numberFault, numberOf } from "../../ui/numbers";
import { ProblemNote } from "../../ui/Told";
import { type Draft, editedOf, letterOf, targetsOf } from "./draft";
import { words } from "./words";

interface Props {
  draft: Draft;
  /** Writes a variant's text to the file; raises what is wrong. */
  onSave: (id: number) => Promise<void>;
  onClose: () => void;
}

const LOOK_MS = 400;
const ROWS: NumberRule = { form: "whole", least: 1, empty: "allowed" };

export function RunDialog({ draft, onSave, onClose }: Props) {
  const t = useWords(words);
  const datasets = useLoaded("datasets", (signal) => ask("list_datasets", {}, { signal }));
  const runs = useLoaded("runs", (signal) => ask("list_runs", { limit: 100 }, { signal }));
  const prompt = useLoaded(draft.prompt ? `prompt ${draft.name}` : null, (signal) =>
    ask("get_prompt", { name: draft.name }, { signal }),
  );
  const using = prompt.data ? targetsOf(prompt.data) : [];
  const heads = runs.data?.runs ?? [];
  const targets = [...new Set([...using, ...heads.map((each) => each.target)])];
  const isKnown = (!draft.prompt || prompt.data !== null || prompt.problem !== null) && runs.data !== null;
  const files = datasets.data?.datasets ?? [];
  const [target, setTarget] = useState<string | null>(null);
  const [data, setData] = useState<string | null>(null);
  const [limit, setLimit] = useState("");
  const edited = editedOf(draft);
  const [job, setJob] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const known = useStore(jobs, (now) => now.get(job) ?? null);
  const chosen = target ?? (isKnown ? (targets[0] ?? "") : "");
  const ranOver = heads.find((each) => each.target === chosen)?.data;
  const usual = files.find((each) => each.path === ranOver) ?? files[0];
  const wanted = { target: chosen, data: data ?? usual?.path ?? "" };
  const isReady = !busy && wanted.target !== "" && wanted.data !== "" && numberFault(limit, ROWS) === null;

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
      const begun = await ask("start_run", {}, { ...wanted, limit: numberOf(limit, ROWS) });
      noteJob(begun);
      setJob(begun.id);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  const save = async (id: number): Promise<void> => {
    setProblem(null);
    try {
      await onSave(id);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <Dialog
      title={t.runData}
      onClose={onClose}
      wide={560}
      foot={
        <Button primary icon="play" disabled={!isReady} onClick={() => void start()}>
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
        <NumberField label={t.limit} rule={ROWS} placeholder={t.all} value={limit} onChange={setLimit} />
      </div>
      {isKnown && chosen && (
        <p role="status" className={draft.prompt && using.includes(chosen) ? "soft" : "run-warns"}>
          {!draft.prompt
            ? t.runsNoFile(chosen)
            : using.includes(chosen)
              ? t.runsFile(chosen, draft.prompt)
              : t.runsOther(chosen, draft.prompt)}{" "}
          {t.runsModel}
        </p>
      )}
      {edited.length > 0 && (
        <div className="notice run-unsaved" role="status">
          <span>{t.runsUnsaved(edited.map(letterOf).join(", "), draft.prompt)}</span>
          {edited.map((place) => (
            <Button key={place} icon="save" disabled={busy} onClick={() => void save(draft.variants[place]?.id ?? -1)}>
              {t.saveFirst(letterOf(place))}
            </Button>
          ))}
        </div>
      )}
    </Dialog>
  );
}
