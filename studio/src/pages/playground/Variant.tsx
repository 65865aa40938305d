/** One variant: its model and settings, its text, its answer. */
import { useEffect, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { toldIn } from "../../api/problem";
import { useLanguage, useWords } from "../../i18n/words";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { Editor } from "../../ui/Editor";
import { NumberField, SelectField } from "../../ui/Field";
import { AnswerView } from "./AnswerView";
import {
  type Draft,
  isSound,
  MAX_TOKENS,
  MOST,
  ROLES,
  type Role,
  TEMPERATURE,
  type Turn,
  type VariantDraft,
} from "./draft";
import { answers } from "./playing";
import { words } from "./words";

interface Props {
  draft: Draft;
  variant: VariantDraft;
  letter: string;
  models: readonly string[];
  /** The first variant, where this is shown against it. */
  against: number | null;
  onChange: (changes: Partial<VariantDraft>) => void;
  onCopy: () => void;
  onRemove: (() => void) | null;
  onPlay: () => void;
  onSave: () => void;
}

export function Variant(props: Props) {
  const { draft, variant, letter, models, against, onChange, onCopy, onRemove, onPlay, onSave } = props;
  const t = useWords(words);
  const answered = useStore(answers, (now) => now.get(variant.id) ?? null);
  const isEdited = draft.prompt !== "" && variant.text !== draft.base;
  const known = models.includes(variant.model) ? models : [variant.model, ...models];
  return (
    <section className="variant" aria-label={t.variant(letter)}>
      <div className="variant-head">
        <h2>{letter}</h2>
        {isEdited && <span className="chip changed">{t.edited}</span>}
        <span className="grow" />
        {isEdited && (
          <Button quiet className="small" title={t.resetLong} onClick={() => onChange({ text: draft.base })}>
            {t.reset}
          </Button>
        )}
        <Button quiet className="small" icon="save" label={t.saveLong(letter)} onClick={onSave} />
        <Button
          quiet
          className="small"
          icon="copy"
          label={t.copyOf(letter)}
          disabled={draft.variants.length >= MOST}
          onClick={onCopy}
        />
        <Button
          quiet
          className="small"
          icon="play"
          label={t.runOne(letter)}
          disabled={!isSound(variant)}
          onClick={onPlay}
        />
        {onRemove && <Button quiet className="small" icon="close" label={t.remove(letter)} onClick={onRemove} />}
      </div>
      <div className="variant-settings">
        <SelectField
          label={t.model}
          value={variant.model}
          onChange={(event) => onChange({ model: event.target.value })}
        >
          {known.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </SelectField>
        <NumberField
          label={t.temperature}
          rule={TEMPERATURE}
          placeholder={t.asModel}
          value={variant.temperature}
          onChange={(temperature) => onChange({ temperature })}
        />
        <NumberField
          label={t.maxTokens}
          rule={MAX_TOKENS}
          placeholder={t.asModel}
          value={variant.maxTokens}
          onChange={(maxTokens) => onChange({ maxTokens })}
        />
      </div>
      <div className="variant-text">
        {draft.prompt ? (
          <FileText draft={draft} variant={variant} letter={letter} onChange={onChange} onSave={onSave} />
        ) : (
          <Turns exact={draft.exact} variant={variant} letter={letter} onChange={onChange} onSave={onSave} />
        )}
      </div>
      <AnswerView answered={answered} letter={letter} against={against} />
    </section>
  );
}

interface TextProps {
  variant: VariantDraft;
  letter: string;
  onChange: (changes: Partial<VariantDraft>) => void;
  onSave: () => void;
}

/** A value that has not changed for a moment. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

function FileText({ draft, variant, letter, onChange, onSave }: TextProps & { draft: Draft }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const text = useSettled(variant.text, 400);
  const checked = useLoaded(text === draft.base ? null : `check ${text}`, (signal) =>
    ask("check_prompt", {}, { name: draft.name, text }, { signal }),
  );
  const problem = checked.data?.problem;
  const told = problem && toldIn(problem, spoken);
  return (
    <>
      <Editor
        label={`${t.promptText} ${letter}`}
        value={variant.text}
        height={300}
        onChange={(next) => onChange({ text: next })}
        onSave={onSave}
      />
      {told && (
        <p className="wrong theirs" role="alert">
          {told.what}
          {told.todo && <span className="soft"> {told.todo}</span>}
        </p>
      )}
    </>
  );
}

function Turns({ exact, variant, letter, onChange, onSave }: TextProps & { exact: boolean }) {
  const t = useWords(words);
  const set = (id: number, changes: Partial<Turn>): void =>
    onChange({ turns: variant.turns.map((turn) => (turn.id === id ? { ...turn, ...changes } : turn)) });
  const add = (): void => {
    const id = Math.max(-1, ...variant.turns.map((turn) => turn.id)) + 1;
    const role: Role = variant.turns.at(-1)?.role === "user" ? "assistant" : "user";
    onChange({ turns: [...variant.turns, { id, role, text: "" }] });
  };
  return (
    <>
      {variant.turns.map((turn) => (
        <div key={turn.id} className="turn">
          <div className="row">
            {exact ? (
              <select
                className="input turn-role"
                aria-label={t.role}
                value={turn.role}
                onChange={(event) => set(turn.id, { role: event.target.value as Role })}
              >
                {ROLES.map((role) => (
                  <option key={role} value={role}>
                    {t[role]}
                  </option>
                ))}
              </select>
            ) : (
              <span className="label">{t[turn.role]}</span>
            )}
            <span className="grow" />
            {exact && variant.turns.length > 1 && (
              <Button
                quiet
                className="small"
                icon="close"
                label={t.removeTurn}
                onClick={() => onChange({ turns: variant.turns.filter((each) => each.id !== turn.id) })}
              />
            )}
          </div>
          <Editor
            label={`${t.turn(t[turn.role])} ${letter} ${turn.id + 1}`}
            value={turn.text}
            height={220}
            onChange={(text) => set(turn.id, { text })}
            onSave={onSave}
          />
        </div>
      ))}
      {exact && (
        <p>
          <Button quiet className="small" icon="plus" title={t.addTurnLong} onClick={add}>
            {t.addTurn}
          </Button>
        </p>
      )}
    </>
  );
}
