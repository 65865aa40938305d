/** A trace again, with a change: another result of a step, another text of a prompt, another model. */
import { useEffect, useRef, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { address, navigate } from "../../app/router";
import { count, money } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { Diff } from "../Diff";
import { Editor } from "../Editor";
import { CheckField, SelectField } from "../Field";
import { pretty } from "../json";
import { Section } from "../Panel";
import { JsonView } from "../TextView";
import { ProblemNote } from "../Told";
import type { Span, Trace } from "./shape";
import { words } from "./words";

type Replayed = Answer<"replay">;

const TONES = { same: "ok", changed: "changed", diverged: "changed", failed: "error" } as const;

/** The steps of a trace, in the order of their first call; what the framework calls by itself is none. */
export function stepsOf(trace: Trace): string[] {
  const names = new Set(trace.names.map((place) => trace.strings[place] ?? ""));
  return [...names].filter((name) => name.includes(":"));
}

export function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

export function readable(value: unknown): string {
  return typeof value === "string" ? value : pretty(value);
}

interface Props {
  trace: Trace;
  span: Span | null;
  onClose: () => void;
}

export function ReplayDialog({ trace, span, onClose }: Props) {
  const t = useWords(words);
  const steps = stepsOf(trace);
  const own = span && steps.includes(span.name) ? span.name : (steps.at(-1) ?? "");
  const isAsked = span !== null && (span.prompts.length > 0 || span.messages.length > 0);
  const [withStep, setWithStep] = useState(!isAsked && steps.length > 0 && span?.output?.state === "whole");
  const [step, setStep] = useState(own);
  const [result, setResult] = useState(span && span.name === own ? pretty(span.output?.json ?? null) : "null");
  const [withPrompt, setWithPrompt] = useState((span?.prompts.length ?? 0) > 0);
  const [prompt, setPrompt] = useState<{ path: string; text: string }>({ path: "", text: "" });
  const [withModel, setWithModel] = useState(isAsked && span.prompts.length === 0);
  const [models, setModels] = useState<{ from: string; to: string }>({ from: "", to: "" });
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Replayed | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const value = parsed(result);
  const isWrong = withStep && value === null;
  const start = async (): Promise<void> => {
    const control = new AbortController();
    stop.current = control;
    setBusy(true);
    setProblem(null);
    const change = {
      steps: (withStep && value ? { [step]: value.value } : {}) as Record<string, never>,
      prompts: withPrompt && prompt.path ? { [prompt.path]: prompt.text } : {},
      models: withModel && models.from ? { [models.from]: models.to } : {},
    };
    try {
      setFound(await ask("replay", { trace: trace.head.trace }, change, { signal: control.signal }));
    } catch (error) {
      if (!control.signal.aborted) setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const foot = found ? (
    <>
      <Button onClick={() => setFound(null)}>{t.again}</Button>
      {found.replay && (
        <Button primary icon="trace" onClick={() => navigate(address("/traces/:trace", { trace: found.replay }))}>
          {t.openReplay}
        </Button>
      )}
    </>
  ) : (
    <>
      {busy && (
        <Button icon="stop" onClick={() => stop.current?.abort()}>
          {t.stop}
        </Button>
      )}
      <Button primary icon="play" disabled={busy || isWrong} onClick={() => void start()}>
        {busy ? t.replaying : t.replay}
      </Button>
    </>
  );
  return (
    <Dialog title={t.replay} onClose={onClose} wide={720} foot={foot}>
      {found ? (
        <ReplayResult of={found} />
      ) : (
        <>
          <p className="soft">{t.replayTells}</p>
          {problem && <ProblemNote problem={problem} />}
          {steps.length > 0 && (
            <div className="change">
              <CheckField label={t.changeStep} checked={withStep} onChange={(e) => setWithStep(e.target.checked)} />
              {withStep && (
                <>
                  <SelectField label={t.step} hint={t.stepHint} value={step} onChange={(e) => setStep(e.target.value)}>
                    {steps.map((name) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                  </SelectField>
                  <Editor label={t.resultJson} value={result} kind="json" height={220} onChange={setResult} />
                  {isWrong && (
                    <p className="wrong" role="alert">
                      {t.notJson}
                    </p>
                  )}
                </>
              )}
            </div>
          )}
          <div className="change">
            <CheckField label={t.changePrompt} checked={withPrompt} onChange={(e) => setWithPrompt(e.target.checked)} />
            {withPrompt && <PromptChange wanted={span?.prompts[0]?.name ?? ""} value={prompt} onChange={setPrompt} />}
          </div>
          <div className="change">
            <CheckField label={t.changeModel} checked={withModel} onChange={(e) => setWithModel(e.target.checked)} />
            {withModel && <ModelChange span={span} value={models} onChange={setModels} />}
          </div>
        </>
      )}
    </Dialog>
  );
}

interface PromptChangeProps {
  wanted: string;
  value: { path: string; text: string };
  onChange: (value: { path: string; text: string }) => void;
}

function PromptChange({ wanted, value, onChange }: PromptChangeProps) {
  const t = useWords(words);
  const all = useLoaded("prompts", (signal) => ask("list_prompts", {}, { signal }));
  const prompts = all.data?.prompts ?? [];
  const chosen = prompts.find((each) => each.path === value.path);
  const first = prompts.find((each) => each.path === wanted || each.name === wanted) ?? prompts[0];
  const name = (chosen ?? first)?.name ?? "";
  const file = useLoaded(name ? `prompt ${name}` : null, (signal) => ask("get_prompt", { name }, { signal }));
  const latest = useRef(onChange);
  latest.current = onChange;
  const path = value.path;
  useEffect(() => {
    if (file.data && file.data.path !== path) latest.current({ path: file.data.path, text: file.data.text });
  }, [file.data, path]);
  if (all.problem) return <ProblemNote problem={all.problem} />;
  if (all.data && prompts.length === 0) return <p className="dim">{t.noPrompts}</p>;
  const choose = (next: string): void => onChange({ path: prompts.find((p) => p.name === next)?.path ?? "", text: "" });
  return (
    <>
      <SelectField label={t.prompt} hint={t.promptHint} value={name} onChange={(e) => choose(e.target.value)}>
        {prompts.map((each) => (
          <option key={each.name} value={each.name}>
            {each.path}
          </option>
        ))}
      </SelectField>
      {file.data && (
        <Editor
          label={t.promptText}
          value={value.text || file.data.text}
          height={260}
          onChange={(text) => onChange({ path: file.data?.path ?? "", text })}
        />
      )}
    </>
  );
}

interface ModelChangeProps {
  span: Span | null;
  value: { from: string; to: string };
  onChange: (value: { from: string; to: string }) => void;
}

function ModelChange({ span, value, onChange }: ModelChangeProps) {
  const t = useWords(words);
  const status = useLoaded("status", (signal) => ask("status", {}, { signal }));
  const opening = useLoaded(span?.messages.length ? `opening ${span.trace} ${span.span}` : null, (signal) =>
    ask("find_span_inputs", { trace: span?.trace ?? "", span: span?.span ?? "" }, { signal }),
  );
  const all = status.data?.models ?? [];
  const own = opening.data?.model ?? "";
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (all.length === 0 || (value.from && value.to)) return;
    const from = all.includes(own) ? own : (all[0] ?? "");
    latest.current({ from, to: all.find((each) => each !== from) ?? from });
  }, [all, own, value]);
  return (
    <div className="fields">
      {(["from", "to"] as const).map((side) => (
        <SelectField
          key={side}
          label={side === "from" ? t.insteadOf : t.use}
          value={value[side]}
          onChange={(event) => onChange({ ...value, [side]: event.target.value })}
        >
          {all.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </SelectField>
      ))}
    </div>
  );
}

function ReplayResult({ of }: { of: Replayed }) {
  const t = useWords(words);
  const cost = money(of.cost);
  return (
    <>
      <div className="span-chips">
        <span className={`chip ${TONES[of.status]}`}>{of.status === "failed" ? t.replayFailed : t[of.status]}</span>
        <span className="chip">{t.calls(of.calls, of.hits, of.ran)}</span>
        <span className="chip">{t.modelCalls(of.model_calls)}</span>
        {of.input_tokens + of.output_tokens > 0 && (
          <span className="chip">{t.tokens(count(of.input_tokens), count(of.output_tokens))}</span>
        )}
        {cost && <span className="chip mono">{cost}</span>}
        {of.unpriced_calls > 0 && <span className="chip changed">{t.unpriced(of.unpriced_calls)}</span>}
      </div>
      {of.error && <p className="textview theirs mono span-error">{of.error}</p>}
      {of.status === "changed" ? (
        <Section title={t.difference}>
          <div className="box">
            <Diff before={readable(of.before)} after={readable(of.after)} />
          </div>
        </Section>
      ) : (
        of.after !== null &&
        of.after !== undefined && (
          <Section title={t.output}>
            {typeof of.after === "string" ? (
              <p className="textview theirs box">{of.after}</p>
            ) : (
              <JsonView value={of.after} />
            )}
          </Section>
        )
      )}
    </>
  );
}
