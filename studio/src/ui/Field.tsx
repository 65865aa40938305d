/** Labelled controls of a form: the browser's own. */
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";
import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { type NumberFault, type NumberRule, numberFault } from "./numbers";

interface Named {
  label: string;
  hint?: ReactNode;
}

interface TextProps extends Named, InputHTMLAttributes<HTMLInputElement> {
  /** What is wrong with what was typed. */
  fault?: string;
}

/** An id that is given is the field's: its label and its notes go by it. */
export function TextField({ label, hint, fault = "", id: given, ...rest }: TextProps) {
  const own = useId();
  const id = given ?? own;
  const notes = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        className="input"
        autoComplete="off"
        spellCheck={false}
        aria-describedby={notes || undefined}
        aria-invalid={fault ? true : undefined}
        {...rest}
        id={id}
      />
      {fault && (
        <div className="field-fault" id={`${id}-fault`} role="alert">
          {fault}
        </div>
      )}
      {hint && (
        <div className="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}

/** What is wrong with a number, in the person's language. */
export function useNumberFault(): (fault: NumberFault | null, rule: NumberRule) => string {
  const t = useWords(frame);
  return (fault, { least = 0, most = 0, above = 0 }) => {
    if (!fault) return "";
    const told: Record<NumberFault, string> = {
      empty: t.numberEmpty,
      whole: t.numberWhole,
      number: t.numberWrong,
      least: t.numberLeast(least),
      most: t.numberMost(most),
      above: t.numberAbove(above),
    };
    return told[fault];
  };
}

interface NumberProps
  extends Named,
    Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange" | "type" | "inputMode"> {
  value: string;
  rule: NumberRule;
  onChange: (text: string) => void;
}

/** A number, as it is typed: what is none is marked and says why. Who sends it looks at `numberFault` first. */
export function NumberField({ value, rule, onChange, ...rest }: NumberProps) {
  const told = useNumberFault();
  return (
    <TextField
      inputMode={rule.form === "whole" ? "numeric" : "decimal"}
      value={value}
      fault={told(numberFault(value, rule), rule)}
      onChange={(event) => onChange(event.target.value)}
      {...rest}
    />
  );
}

/** A text with suggestions. */
export function SuggestField({
  of,
  ...rest
}: Named & InputHTMLAttributes<HTMLInputElement> & { of: readonly string[] }) {
  const id = useId();
  return (
    <>
      <TextField list={id} {...rest} />
      <datalist id={id}>
        {of.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}

export function SelectField({
  label,
  hint,
  id: given,
  children,
  ...rest
}: Named & SelectHTMLAttributes<HTMLSelectElement>) {
  const own = useId();
  const id = given ?? own;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select className="input" aria-describedby={hint ? `${id}-hint` : undefined} {...rest} id={id}>
        {children}
      </select>
      {hint && (
        <div className="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}

export function CheckField({ label, hint, ...rest }: Named & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <div className="field">
      <label className="check">
        <input type="checkbox" {...rest} />
        <span>{label}</span>
      </label>
      {hint && <div className="field-hint">{hint}</div>}
    </div>
  );
}

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: ReactNode; title?: string }[];
  onChange: (value: T) => void;
}

/** One of a few. */
export function Segments<T extends string>({ label, value, options, onChange }: SegmentsProps<T>) {
  return (
    <div className="seg" role="group" aria-label={label}>
      {options.map((each) => (
        <button
          key={each.value}
          type="button"
          title={each.title}
          aria-pressed={each.value === value}
          onClick={() => onChange(each.value)}
        >
          {each.label}
        </button>
      ))}
    </div>
  );
}

/** Text to filter by; `/` goes there, Esc leaves. */
export function FilterField({
  id,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { id: string; "aria-label": string }) {
  return (
    <input
      id={id}
      type="search"
      className="input"
      autoComplete="off"
      spellCheck={false}
      onKeyDown={(event) => {
        if (event.key === "Escape" || event.key === "Enter") {
          event.preventDefault();
          event.currentTarget.blur();
          document.querySelector<HTMLElement>("[role=grid]")?.focus();
        }
      }}
      {...rest}
    />
  );
}
