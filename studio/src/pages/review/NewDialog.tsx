/** A review to make: of one run, or of two side by side. */
import { type FormEvent, useId, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { address, navigate, useQuery } from "../../app/router";
import { moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import type { RunHead } from "../../state/project";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { NumberField, SelectField, TextField } from "../../ui/Field";
import { type NumberRule, numberFault, numberOf } from "../../ui/numbers";
import { ProblemNote } from "../../ui/Told";
import { words } from "./words";

const LIMIT = 200;
/** Empty: all. */
const MANY: NumberRule = { form: "whole", least: 1, empty: "allowed" };
const SEED: NumberRule = { form: "whole" };

function useScorers(run: string): string[] {
  const grid = useLoaded(run ? `scorers ${run}` : null, (signal) => ask("get_grid", { run, limit: 1 }, { signal }));
  return grid.data?.scorers.map((each) => each.scorer) ?? [];
}

export function NewDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const f = useWords(frame);
  const form = useId();
  const [givenRun] = useQuery("run");
  const [givenOther] = useQuery("other");
  const listed = useLoaded("runs", (signal) => ask("list_runs", { limit: LIMIT }, { signal }));
  const runs = listed.data?.runs ?? [];
  const [picked, setRun] = useState(givenRun);
  const [other, setOther] = useState(givenOther);
  const [fields, setFields] = useState({ title: "", criteria: "", sample: "", seed: "0", by: "", perItem: "" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = picked || (runs[0]?.id ?? "");
  const scorers = useScorers(run);
  const set = (name: keyof typeof fields) => (event: { target: { value: string } }) =>
    setFields((now) => ({ ...now, [name]: event.target.value }));
  const isReady =
    run !== "" &&
    numberFault(fields.sample, MANY) === null &&
    numberFault(fields.seed, SEED) === null &&
    numberFault(fields.perItem, MANY) === null;
  const write = (name: keyof typeof fields) => (text: string) => setFields((now) => ({ ...now, [name]: text }));
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isReady) return;
    const { title, criteria, by } = fields;
    const numbers = {
      sample: numberOf(fields.sample, MANY) ?? 0,
      seed: numberOf(fields.seed, SEED) ?? 0,
      per_item: numberOf(fields.perItem, MANY) ?? 0,
    };
    try {
      const made = await ask("make_review", {}, { run, other, title, criteria: other ? "" : criteria, by, ...numbers });
      navigate(address("/review/:review", { review: made.id }));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <Dialog
      title={t.newReview}
      onClose={onClose}
      wide={560}
      foot={
        <>
          <Button onClick={onClose}>{f.cancel}</Button>
          <Button primary type="submit" form={form} disabled={!isReady}>
            {t.make}
          </Button>
        </>
      }
    >
      <form id={form} className="review-form" onSubmit={(event) => void make(event)}>
        {problem && <ProblemNote problem={problem} />}
        <TextField label={t.title} value={fields.title} onChange={set("title")} />
        <SelectField label={t.run} value={run} onChange={(event) => setRun(event.target.value)}>
          <Runs of={runs} extra={run} />
        </SelectField>
        <SelectField
          label={t.secondRun}
          hint={t.secondHint}
          value={other}
          onChange={(event) => setOther(event.target.value)}
        >
          <option value="">{t.none}</option>
          <Runs of={runs.filter((each) => each.id !== run)} extra={other} />
        </SelectField>
        {!other && (
          <TextField label={t.criteria} hint={t.criteriaHint} value={fields.criteria} onChange={set("criteria")} />
        )}
        <SelectField label={t.chosenBy} value={fields.by} onChange={set("by")}>
          <option value="">{t.byOrder}</option>
          <option value="failed">{t.byFailed}</option>
          <option value="diverse">{t.byDiverse}</option>
          {scorers.map((each) => (
            <option key={each} value={`low:${each}`}>
              {t.byLow(each)}
            </option>
          ))}
        </SelectField>
        <div className="review-form-row">
          <NumberField
            label={t.sample}
            hint={t.sampleHint}
            rule={MANY}
            value={fields.sample}
            onChange={write("sample")}
          />
          <NumberField label={t.seed} rule={SEED} value={fields.seed} onChange={write("seed")} />
          <NumberField
            label={t.perItem}
            hint={t.perItemHint}
            rule={MANY}
            value={fields.perItem}
            onChange={write("perItem")}
          />
        </div>
      </form>
    </Dialog>
  );
}

function Runs({ of, extra }: { of: readonly RunHead[]; extra: string }) {
  const spoken = useLanguage();
  return (
    <>
      {extra && !of.some((each) => each.id === extra) && <option value={extra}>{extra}</option>}
      {of.map((each) => (
        <option key={each.id} value={each.id}>
          {`${each.target} · ${moment(each.started_ms, spoken)} · ${each.id}`}
        </option>
      ))}
    </>
  );
}
