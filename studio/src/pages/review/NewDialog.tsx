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
import { SelectField, TextField } from "../../ui/Field";
import { ProblemNote } from "../../ui/Told";
import { words } from "./words";

const LIMIT = 200;
const whole = (text: string): number => Math.max(0, Math.trunc(Number(text) || 0));

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
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { title, criteria, by } = fields;
    const numbers = { sample: whole(fields.sample), seed: whole(fields.seed), per_item: whole(fields.perItem) };
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
          <Button primary type="submit" form={form} disabled={!run}>
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
          <TextField
            label={t.sample}
            hint={t.sampleHint}
            inputMode="numeric"
            value={fields.sample}
            onChange={set("sample")}
          />
          <TextField label={t.seed} inputMode="numeric" value={fields.seed} onChange={set("seed")} />
          <TextField
            label={t.perItem}
            hint={t.perItemHint}
            inputMode="numeric"
            value={fields.perItem}
            onChange={set("perItem")}
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
