/** What a model would get: the text that is being written, filled in with values. */
import { useEffect, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { type Problem, problemOf, toldIn } from "../../api/problem";
import { useLanguage, useWords } from "../../i18n/words";
import { Section } from "../../ui/Panel";
import { TextView } from "../../ui/TextView";
import { ProblemNote } from "../../ui/Told";
import { asInput, type Detail } from "./draft";
import { words } from "./words";

const WAIT_MS = 200;

export function Try({ name, text, parts }: { name: string; text: string; parts: Detail["parts"] }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [rendered, setRendered] = useState<Answer<"render_prompt"> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const variables = parts?.variables ?? [];
  const inputs = JSON.stringify(
    Object.fromEntries(
      variables
        .filter((each) => typed[each] !== undefined && (typed[each] !== "" || parts?.needed.includes(each)))
        .map((each) => [each, asInput(typed[each] ?? "")]),
    ),
  );
  useEffect(() => {
    const control = new AbortController();
    const timer = setTimeout(() => {
      ask(
        "render_prompt",
        {},
        { name, inputs: JSON.parse(inputs), text, version: "" },
        { signal: control.signal },
      ).then(
        (told) => {
          setRendered(told);
          setProblem(null);
        },
        (error: unknown) => !control.signal.aborted && setProblem(problemOf(error)),
      );
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [name, text, inputs]);
  return (
    <>
      <Section title={t.inputs}>
        {variables.length === 0 && <p className="dim">{t.noVariables}</p>}
        {variables.map((each) => (
          <label key={each} className="try-field">
            <span className="row">
              <span className="mono theirs grow">{each}</span>
              <span className="label">{parts?.needed.includes(each) ? t.needed : t.default}</span>
            </span>
            <textarea
              className="input"
              rows={Math.min(6, Math.max(1, (typed[each] ?? "").split("\n").length))}
              placeholder={
                parts && !parts.needed.includes(each)
                  ? String((parts.defaults as Record<string, unknown>)[each] ?? "")
                  : t.inputHint
              }
              value={typed[each] ?? ""}
              onChange={(event) => setTyped({ ...typed, [each]: event.target.value })}
            />
          </label>
        ))}
      </Section>
      <Section title={t.messages}>
        {problem && <ProblemNote problem={problem} />}
        <div role="status">
          {rendered && rendered.missing.length > 0 && (
            <p className="tone-bad">{t.missing(rendered.missing.join(", "))}</p>
          )}
          {rendered?.problem && rendered.missing.length === 0 && (
            <div className="problem">
              <p className="theirs">{toldIn(rendered.problem, spoken).what}</p>
              <p className="theirs">{toldIn(rendered.problem, spoken).todo}</p>
            </div>
          )}
        </div>
        {(rendered?.messages ?? []).map((each, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no other name than their place
          <div key={i} className="try-message">
            <h4 className="label">{each.role}</h4>
            <TextView text={each.text} />
          </div>
        ))}
      </Section>
    </>
  );
}
