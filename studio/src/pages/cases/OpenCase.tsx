/** Make a case of a failing row: by its error, or by a score that it should have had. */
import { type FormEvent, useId, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { address, navigate } from "../../app/router";
import { notify } from "../../app/toasts";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { ProblemNote } from "../../ui/Told";
import { words } from "./words";
import "./cases.css";

type Item = Answer<"get_item">;
type Score = Item["scores"][number];

interface Props {
  item: Pick<Item, "run" | "index" | "error" | "scores">;
  /** The scorer that was looked at. */
  scorer: string;
  onClose: () => void;
}

/** What a score must meet: the middle of its scale, or its best end where the row is beyond the middle. */
export function boundOf({ value, least, most, better }: Pick<Score, "value" | "least" | "most" | "better">): string {
  if (least === null || most === null) return "";
  const middle = (least + most) / 2;
  const passes = value !== null && (better === "lower" ? value <= middle : value >= middle);
  return String(passes ? (better === "lower" ? least : most) : middle);
}

const signOf = (score: Score): ">=" | "<=" => (score.better === "lower" ? "<=" : ">=");

export function OpenCase({ item, scorer, onClose }: Props) {
  const t = useWords(words);
  const id = useId();
  const scored = item.scores.filter((each) => each.value !== null);
  const [by, setBy] = useState(item.error ? "" : scorer || (scored[0]?.scorer ?? ""));
  const score = scored.find((each) => each.scorer === by);
  const [bounds, setBounds] = useState<Readonly<Record<string, string>>>({});
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const bound = score ? (bounds[by] ?? boundOf(score)) : "";
  const isReady = !busy && (by === "" ? item.error !== "" : bound.trim() !== "" && Number.isFinite(Number(bound)));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isReady) return;
    setBusy(true);
    setProblem(null);
    try {
      const passes = score ? `${by}${signOf(score)}${Number(bound)}` : "";
      const made = await ask("open_case", {}, { run: item.run, row: item.index, passes, title: title.trim() });
      notify("ok", t.opened(made.case.number));
      onClose();
      navigate(address("/cases", {}, { case: made.case.number }));
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t.openTitle}
      onClose={onClose}
      wide={520}
      foot={
        <Button primary type="submit" form={id} disabled={!isReady}>
          {busy ? t.opening : t.openOne}
        </Button>
      }
    >
      <form id={id} className="case-opening" onSubmit={(event) => void submit(event)}>
        <p className="soft">{t.openHow}</p>
        <TextField
          label={t.title}
          hint={t.titleHint}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <div className="fields">
          <SelectField label={t.failsBy} value={by} onChange={(event) => setBy(event.target.value)}>
            {item.error && <option value="">{t.failsError}</option>}
            {scored.map((each) => (
              <option key={each.scorer} value={each.scorer}>
                {each.scorer}
              </option>
            ))}
          </SelectField>
          {score && (
            <TextField
              label={t.passesFrom(by, signOf(score) === ">=" ? "≥" : "≤")}
              inputMode="decimal"
              value={bound}
              onChange={(event) => setBounds((now) => ({ ...now, [by]: event.target.value }))}
            />
          )}
        </div>
        {problem && <ProblemNote problem={problem} />}
      </form>
    </Dialog>
  );
}
