/** A key to make, with all that `loomwork key create` takes. */
import { type FormEvent, useId, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { CheckField, SuggestField, TextField } from "../../ui/Field";
import { ProblemNote } from "../../ui/Told";
import { words } from "./words";

interface Props {
  known: Answer<"list_keys">;
  onMade: (key: string, secret: string) => void;
  onClose: () => void;
}

/** What stands on lines, or between commas. */
export const pieces = (text: string): string[] =>
  text
    .split(/[\n,，]/)
    .map((each) => each.trim())
    .filter(Boolean);

const EMPTY = {
  name: "",
  owner: "",
  groups: "",
  models: "",
  label: "",
  limits: "",
  budgets: "",
  expires: "",
  further: "",
};

export function MakeKey({ known, onMade, onClose }: Props) {
  const t = useWords(words);
  const f = useWords(frame);
  const form = useId();
  const [fields, setFields] = useState(EMPTY);
  const [scopes, setScopes] = useState<readonly string[]>(known.usual);
  const [unknown, setUnknown] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (name: keyof typeof EMPTY) => (event: { target: { value: string } }) =>
    setFields((now) => ({ ...now, [name]: event.target.value }));
  const wanted = [...known.scopes.filter((each) => scopes.includes(each)), ...pieces(fields.further)];
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || wanted.length === 0) return;
    setBusy(true);
    setProblem(null);
    try {
      const made = await ask(
        "make_key",
        {},
        {
          name: fields.name,
          owner: fields.owner,
          label: fields.label,
          expires: fields.expires.trim(),
          groups: pieces(fields.groups),
          models: pieces(fields.models),
          limits: pieces(fields.limits),
          budgets: pieces(fields.budgets),
          owner_budgets: [],
          scopes: wanted,
          unknown_price: unknown,
        },
      );
      onMade(made.key.id, made.secret);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t.newKey}
      onClose={onClose}
      wide={620}
      foot={
        <>
          <Button onClick={onClose}>{f.cancel}</Button>
          <Button primary type="submit" form={form} disabled={busy || wanted.length === 0}>
            {t.make}
          </Button>
        </>
      }
    >
      <form id={form} className="gate-form" onSubmit={(event) => void make(event)}>
        {problem && <ProblemNote problem={problem} />}
        <TextField label={t.name} value={fields.name} onChange={set("name")} />
        <TextField label={t.owner} hint={t.ownerHint} value={fields.owner} onChange={set("owner")} />
        <fieldset className="gate-scopes">
          <legend>{t.scopes}</legend>
          {known.scopes.map((each) => (
            <CheckField
              key={each}
              label={each}
              checked={scopes.includes(each)}
              onChange={(event) =>
                setScopes((now) => (event.target.checked ? [...now, each] : now.filter((one) => one !== each)))
              }
            />
          ))}
        </fieldset>
        <TextField label={t.stepScopes} hint={t.stepScopesHint} value={fields.further} onChange={set("further")} />
        <SuggestField
          label={t.models}
          hint={t.modelsHint}
          of={known.served}
          value={fields.models}
          onChange={set("models")}
        />
        <TextField label={t.expires} hint={t.expiresHint} value={fields.expires} onChange={set("expires")} />
        <Lines label={t.budgets} hint={t.budgetHint} value={fields.budgets} onChange={set("budgets")} />
        <CheckField label={t.unknownPrice} checked={unknown} onChange={(event) => setUnknown(event.target.checked)} />
        <Lines label={t.limits} hint={t.limitsHint} value={fields.limits} onChange={set("limits")} />
        <TextField label={t.groups} hint={t.groupsHint} value={fields.groups} onChange={set("groups")} />
        <TextField label={t.label} hint={t.labelHint} value={fields.label} onChange={set("label")} />
      </form>
    </Dialog>
  );
}

interface LinesProps {
  label: string;
  hint: string;
  value: string;
  onChange: (event: { target: { value: string } }) => void;
}

/** A few words, one a line. */
export function Lines({ label, hint, value, onChange }: LinesProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        className="input mono"
        id={id}
        rows={2}
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={onChange}
      />
      <div className="field-hint" id={`${id}-hint`}>
        {hint}
      </div>
    </div>
  );
}
