/** Labelled controls of a form: the browser's own. */
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";

interface Named {
  label: string;
  hint?: ReactNode;
}

export function TextField({ label, hint, ...rest }: Named & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        autoComplete="off"
        spellCheck={false}
        aria-describedby={hint ? `${id}-h` : undefined}
        {...rest}
      />
      {hint && (
        <div className="field-hint" id={`${id}-h`}>
          {hint}
        </div>
      )}
    </div>
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

export function SelectField({ label, hint, children, ...rest }: Named & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input" {...rest}>
        {children}
      </select>
      {hint && <div className="field-hint">{hint}</div>}
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
