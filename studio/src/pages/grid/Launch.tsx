/** Start a run, or look first at what it would do: one form for both. */
import { type FormEvent, useCallback, useEffect, useId, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { address, navigate } from "../../app/router";
import { useWords } from "../../i18n/words";
import { heads, jobs, noteJob } from "../../state/project";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { CheckField, NumberField, SuggestField, TextField } from "../../ui/Field";
import { ProblemNote } from "../../ui/Told";
import { bodyOf, type Form, formLike, isSound, LIMIT, type Like, lastForm, TRIALS } from "./launching";
import { PlanTable } from "./PlanTable";
import { words } from "./words";

interface Props {
  kind: "run" | "plan";
  /** A run to begin from. */
  like: Like | null;
  onKind: (kind: "run" | "plan") => void;
  onClose: () => void;
}

const POLL_MS = 400;

export function Launch({ kind, like, onKind, onClose }: Props) {
  const t = useWords(words);
  const id = useId();
  const [form, setForm] = useState<Form>(() => formLike(like, lastForm.get()));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [plan, setPlan] = useState<Answer<"plan_run"> | null>(null);
  const [busy, setBusy] = useState<"" | "run" | "plan">("");
  const [job, setJob] = useState("");
  const datasets = useLoaded("datasets", (signal) => ask("list_datasets", {}, { signal }));
  const runs = useLoaded("runs", (signal) => ask("list_runs", { limit: 200 }, { signal }));
  const steps = useLoaded("targets", (signal) => ask("list_targets", {}, { signal }));
  const known = (steps.data?.targets ?? []).map((each) => each.name);
  const ran = [...(runs.data?.runs ?? []), ...heads.get().values()].map((each) => each.target);
  const targets = [...new Set([...known, ...ran])];

  const planNow = useCallback(async (): Promise<void> => {
    setBusy("plan");
    setProblem(null);
    try {
      setPlan(await ask("plan_run", {}, bodyOf(form)));
    } catch (error) {
      setPlan(null);
      setProblem(problemOf(error));
    } finally {
      setBusy("");
    }
  }, [form]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: planned once as it opens, then when asked
  useEffect(() => {
    if (kind === "plan" && form.target && form.data && isSound(form)) void planNow();
  }, [kind]);

  const start = async (): Promise<void> => {
    setBusy("run");
    setProblem(null);
    lastForm.set(form);
    try {
      const begun = await ask("start_run", {}, bodyOf(form));
      noteJob(begun);
      setJob(begun.id);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy("");
    }
  };
  const failed = useCallback((found: Problem) => {
    setProblem(found);
    setJob("");
    setBusy("");
  }, []);
  useStarted(job, onClose, failed);

  const set = (key: keyof Form) => (event: { target: { value: string } }) =>
    setForm({ ...form, [key]: event.target.value });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isReady) return;
    if (kind === "run") void start();
    else void planNow();
  };
  const isReady = form.target.trim() !== "" && form.data.trim() !== "" && isSound(form) && busy === "";
  return (
    <Dialog
      title={kind === "run" ? t.runDialog : t.planDialog}
      wide={kind === "plan" ? 860 : 560}
      onClose={onClose}
      foot={
        <>
          <Button icon="plan" disabled={!isReady} onClick={() => (kind === "plan" ? void planNow() : onKind("plan"))}>
            {t.plan}
          </Button>
          <Button primary icon="play" disabled={!isReady} onClick={() => void start()}>
            {busy === "run" ? t.starting : t.start}
          </Button>
        </>
      }
    >
      <form id={id} className="launch" onSubmit={submit}>
        <div className="fields">
          <SuggestField
            label={t.target}
            hint={t.targetHint}
            of={targets}
            required
            value={form.target}
            onChange={set("target")}
          />
          <SuggestField
            label={t.data}
            hint={t.dataHint}
            of={(datasets.data?.datasets ?? []).map((each) => each.path)}
            required
            value={form.data}
            onChange={set("data")}
          />
        </div>
        <div className="fields">
          <NumberField
            label={t.limit}
            hint={t.limitHint}
            rule={LIMIT}
            value={form.limit}
            onChange={(limit) => setForm({ ...form, limit })}
          />
          <NumberField
            label={t.trials}
            rule={TRIALS}
            value={form.trials}
            onChange={(trials) => setForm({ ...form, trials })}
          />
          <TextField label={t.refresh} hint={t.refreshHint} value={form.refresh} onChange={set("refresh")} />
          <TextField label={t.maxCost} hint={t.maxCostHint} value={form.maxCost} onChange={set("maxCost")} />
        </div>
        <CheckField
          label={t.allowUnknown}
          checked={form.allowUnknown}
          onChange={(event) => setForm({ ...form, allowUnknown: event.target.checked })}
        />
        <button type="submit" hidden />
      </form>
      {problem && <ProblemNote problem={problem} />}
      {kind === "plan" && busy === "plan" && <p className="dim">{t.planning}</p>}
      {kind === "plan" && plan && <PlanTable plan={plan} />}
    </Dialog>
  );
}

/** Go to the run of a job as soon as it has one; jobs are told of by the stream, and asked for where it is silent. */
function useStarted(job: string, onClose: () => void, failed: (problem: Problem) => void): void {
  const known = useStore(jobs, (all) => all.get(job));
  useEffect(() => {
    if (!job) return;
    const timer = setInterval(
      () => void ask("get_job", { job }).then(noteJob, (error: unknown) => failed(problemOf(error))),
      POLL_MS,
    );
    return () => clearInterval(timer);
  }, [job, failed]);
  useEffect(() => {
    if (!job || !known) return;
    if (known.run) {
      onClose();
      navigate(address("/runs/:run", { run: known.run }));
    } else if (known.problem) failed(known.problem);
    else if (known.status === "failed" || known.status === "stopped") {
      const what = known.tail || `exit ${known.exit_code ?? ""}`;
      failed({ kind: "JobFailed", en: { what, todo: "" }, zh: { what, todo: "" } });
    }
  }, [job, known, onClose, failed]);
}
