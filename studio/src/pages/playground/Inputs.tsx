/** The values that fill in the variables: a field each, or all of them as JSON. */
import { useEffect, useId, useRef, useState } from "react";
import { useWords } from "../../i18n/words";
import { Editor } from "../../ui/Editor";
import { Segments } from "../../ui/Field";
import { pretty } from "../../ui/json";
import { words } from "./words";

type Values = Readonly<Record<string, unknown>>;

interface Props {
  values: Values;
  wanted: readonly string[];
  missing: readonly string[];
  /** Names that need no value: an empty one is none. */
  optional: ReadonlySet<string>;
  /** Nothing is filled in. */
  exact: boolean;
  onChange: (values: Values) => void;
}

/** With a value changed; an empty one of what needs none is left out. */
export function withValue(values: Values, name: string, value: unknown, isOptional: boolean): Values {
  if (value !== "" || !isOptional) return { ...values, [name]: value };
  const { [name]: _, ...rest } = values;
  return rest;
}

export function Inputs({ values, wanted, missing, optional, exact, onChange }: Props) {
  const t = useWords(words);
  const [form, setForm] = useState<"fields" | "json">("fields");
  const names = [...new Set([...wanted, ...Object.keys(values)])];
  return (
    <>
      <div className="section-head">
        <h2 className="grow">{t.inputs}</h2>
        <Segments
          label={t.showAs}
          value={form}
          options={[
            { value: "fields", label: t.fields },
            { value: "json", label: t.json },
          ]}
          onChange={setForm}
        />
      </div>
      {form === "json" ? (
        <AllJson values={values} onChange={onChange} />
      ) : names.length === 0 ? (
        <p className="dim">{exact ? t.exactLong : t.noInputs}</p>
      ) : (
        names.map((name) => (
          <OneField
            key={name}
            name={name}
            value={values[name]}
            note={
              !wanted.includes(name)
                ? t.unused
                : missing.includes(name) && !values[name]
                  ? t.notKnown
                  : optional.has(name) && values[name] === undefined
                    ? t.byDefault
                    : ""
            }
            onChange={(value) => onChange(withValue(values, name, value, optional.has(name)))}
          />
        ))
      )}
    </>
  );
}

interface FieldProps {
  name: string;
  value: unknown;
  note: string;
  onChange: (value: unknown) => void;
}

function OneField({ name, value, note, onChange }: FieldProps) {
  const id = useId();
  const isText = typeof value === "string" || value === undefined;
  const text = isText ? ((value as string | undefined) ?? "") : "";
  return (
    <div className="field play-field">
      <label htmlFor={isText ? id : undefined} className="row">
        <span className="mono theirs">{name}</span>
        {note && <span className="dim">{note}</span>}
      </label>
      {isText ? (
        <textarea
          id={id}
          className="input theirs"
          rows={Math.max(2, Math.min(12, Math.ceil(text.length / 40) + text.split("\n").length - 1))}
          spellCheck={false}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <JsonField label={name} value={value} onChange={onChange} />
      )}
    </div>
  );
}

function JsonField({ label, value, onChange }: { label: string; value: unknown; onChange: (value: unknown) => void }) {
  const t = useWords(words);
  const [text, setText] = useState(() => pretty(value));
  const [wrong, setWrong] = useState(false);
  const given = useRef(value);
  useEffect(() => {
    if (given.current === value) return;
    given.current = value;
    setText(pretty(value));
    setWrong(false);
  }, [value]);
  const write = (next: string): void => {
    setText(next);
    try {
      const read: unknown = JSON.parse(next);
      setWrong(false);
      if (JSON.stringify(read) === JSON.stringify(given.current)) return;
      given.current = read;
      onChange(read);
    } catch {
      setWrong(true);
    }
  };
  return (
    <>
      <Editor label={label} value={text} kind="json" height={220} onChange={write} />
      {wrong && (
        <p className="wrong" role="alert">
          {t.notJson}
        </p>
      )}
    </>
  );
}

function AllJson({ values, onChange }: { values: Values; onChange: (values: Values) => void }) {
  const t = useWords(words);
  const [wrong, setWrong] = useState(false);
  const write = (value: unknown): void => {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    setWrong(!isObject);
    if (isObject) onChange(value as Values);
  };
  return (
    <>
      <JsonField label={t.inputs} value={values} onChange={write} />
      {wrong && (
        <p className="wrong" role="alert">
          {t.notObject}
        </p>
      )}
    </>
  );
}
