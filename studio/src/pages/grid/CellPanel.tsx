/** One call of a step, whole. */
import { useState } from "react";
import { ask, type components } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address, changeQuery } from "../../app/router";
import { count, duration, moment, money } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { hueOf } from "../../look/kinds";
import { Button } from "../../ui/Button";
import { Segments } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Markdown } from "../../ui/Markdown";
import { Panel, Section } from "../../ui/Panel";
import { JsonView, TextView, ValueView } from "../../ui/TextView";
import { Loading, ProblemNote } from "../../ui/Told";
import type { Column } from "./data";
import { StateChip } from "./StatusChip";
import { openCase, type Selection, select } from "./selection";
import { WhyPart } from "./WhyPart";
import { words } from "./words";

type Detail = components["schemas"]["CellDetail"];

interface Props {
  run: string;
  selection: Selection;
  column: Column | undefined;
  version: string;
  onClose: () => void;
}

export function CellPanel({ run, selection, column, version, onClose }: Props) {
  const t = useWords(words);
  const { index, trial, step, nth } = selection;
  const question = `cell ${run} ${index} ${trial} ${step} ${nth}`;
  const cell = useLoaded(question, (signal) => ask("get_cell", { run, index, trial, step, nth }, { signal }), version);
  const { data } = cell;
  // Kept while one moves from cell to cell: who reads answers as Markdown reads the next one so, too.
  const [form, setForm] = useState<Form | null>(null);
  const name = column?.name ?? step;
  const known = useLoaded("prompts", (signal) => ask("list_prompts", {}, { signal }));
  const prompt = data?.prompts.find((path) => known.data?.prompts.some((each) => each.path === path));
  const trace = data?.trace || data?.origin?.trace;
  const span = data?.span || data?.origin?.span;
  return (
    <Panel
      label={`${name}, ${t.item(index)}`}
      subject={question}
      onClose={onClose}
      head={
        <>
          <span className="dot" style={{ background: `var(${hueOf(data?.kind ?? column?.kind ?? "")})` }} />
          <h2 className="theirs">{name}</h2>
          <button
            type="button"
            className="button quiet"
            onClick={() => select({ index, trial, step: "" }, { push: true })}
          >
            {t.item(index)}
            {trial > 0 && ` · ${t.trial(trial)}`}
          </button>
          {data && <Chips data={data} />}
        </>
      }
      foot={
        data && (
          <>
            {trace && (
              <Link className="button" to={address("/traces/:trace", { trace }, { span: span ?? "" })}>
                <Icon name="trace" size={14} />
                {t.trace}
              </Link>
            )}
            {data.state === 3 && (
              <Button icon="board" onClick={() => openCase(index, trial)}>
                {t.openCase}
              </Button>
            )}
            <Button
              icon="why"
              aria-pressed={selection.why}
              onClick={() => changeQuery({ why: selection.why ? "" : "1" })}
            >
              {t.why}
            </Button>
            {prompt && (
              <Button icon="pen" onClick={() => changeQuery({ prompt }, { push: true })}>
                {t.editPrompt}
              </Button>
            )}
          </>
        )
      }
    >
      {data && data.count > 1 && <Nth data={data} selection={selection} />}
      {selection.why && <WhyPart run={run} row={index} step={step} />}
      {cell.problem && <ProblemNote problem={cell.problem} onAgain={cell.reload} />}
      {!data && !cell.problem && <Loading />}
      {data && <Parts data={data} form={form} onForm={setForm} />}
    </Panel>
  );
}

function Chips({ data }: { data: Detail }) {
  const t = useWords(words);
  const tokens = data.input_tokens + data.output_tokens;
  const paid = money(data.cost);
  return (
    <span className="row" style={{ order: 9, flexBasis: "100%", flexWrap: "wrap", gap: 6 }}>
      <StateChip state={data.state} />
      {data.state !== 1 && data.ms > 0 && <span className="chip">{duration(data.ms)}</span>}
      {tokens > 0 && (
        <span className="chip" title={t.tokensInOut(count(data.input_tokens), count(data.output_tokens))}>
          {count(tokens)} {t.tokens}
        </span>
      )}
      {paid && <span className="chip">{paid}</span>}
      {data.model && <span className="chip theirs">{data.model}</span>}
      {data.outside.length > 0 && (
        <span className="chip changed" title={t.outsideHint}>
          {t.outside}
        </span>
      )}
    </span>
  );
}

function Nth({ data, selection }: { data: Detail; selection: Selection }) {
  const t = useWords(words);
  const go = (nth: number): void => select({ ...selection, nth });
  return (
    <div className="notice plain">
      <Button icon="left" label={t.previous} disabled={data.nth === 0} onClick={() => go(data.nth - 1)} />
      {t.nth(data.nth + 1, data.count)}
      <Button icon="right" label={t.next} disabled={data.nth + 1 >= data.count} onClick={() => go(data.nth + 1)} />
    </div>
  );
}

type Form = "text" | "markdown" | "json";

interface Formed {
  data: Detail;
  /** What a person chose; null: what suits the value. */
  form: Form | null;
  onForm: (form: Form) => void;
}

function Output({ data, form: chosen, onForm }: Formed) {
  const t = useWords(words);
  const isText = typeof data.output === "string";
  const form = chosen ?? (isText ? "text" : "json");
  const choice = (
    <Segments<Form>
      label={t.output}
      value={form}
      onChange={onForm}
      options={[
        { value: "text", label: t.asText },
        { value: "markdown", label: t.asMarkdown },
        { value: "json", label: t.asJson },
      ]}
    />
  );
  const text = isText ? String(data.output) : data.output_text;
  return (
    <Section title={t.output} end={choice}>
      {form === "text" ? (
        <TextView text={text} />
      ) : form === "markdown" ? (
        <Markdown text={text} />
      ) : (
        <JsonView value={data.output} />
      )}
    </Section>
  );
}

function Parts({ data, form, onForm }: Formed) {
  const t = useWords(words);
  return (
    <>
      {data.state === 0 && <p className="notice plain">{t.notStarted}</p>}
      {data.state === 4 && <p className="notice">{t.stillRunning}</p>}
      {data.error && (
        <Section title={t.error}>
          <div className="problem">
            <TextView text={data.error} />
          </div>
        </Section>
      )}
      {(data.state === 1 || data.state === 2) && <Output data={data} form={form} onForm={onForm} />}
      {data.messages.length > 0 && (
        <Section title={t.prompt}>
          {data.messages.map((turn, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a message has no name but its place
            <div key={i} className="turn">
              <div className="label theirs">{turn.role}</div>
              <div className="box">
                <TextView text={turn.text} mono />
              </div>
            </div>
          ))}
        </Section>
      )}
      {data.state !== 0 && (
        <Section title={t.input}>
          <ValueView value={data.arguments} />
        </Section>
      )}
      {data.calls.length > 0 && <Beneath data={data} />}
      <Facts data={data} />
      {data.cut && <p className="notice plain">{t.cut}</p>}
    </>
  );
}

function Beneath({ data }: { data: Detail }) {
  const t = useWords(words);
  return (
    <Section title={t.calls}>
      {data.calls.map((call) => (
        <Link
          key={call.span}
          className="beneath"
          to={address("/traces/:trace", { trace: call.trace || data.trace }, { span: call.span })}
        >
          <span className="dot" style={{ background: `var(${hueOf(call.kind)})` }} />
          <span className="name line theirs">{call.step}</span>
          <span className="grow line theirs dim">{call.preview}</span>
          <span className={call.state === 1 ? "end-note is-hit" : "end-note"}>
            {call.state === 1 ? t.hit : duration(call.ms)}
          </span>
        </Link>
      ))}
    </Section>
  );
}

function Facts({ data }: { data: Detail }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const { origin } = data;
  return (
    <Section title={t.facts}>
      <dl className="facts">
        {origin && (
          <>
            <dt>{t.madeIn}</dt>
            <dd>
              <Link
                to={address(
                  "/runs/:run",
                  { run: origin.run },
                  { item: origin.item, trial: origin.trial || undefined, step: data.step },
                )}
              >
                <span className="mono">{origin.run}</span>
              </Link>{" "}
              <span className="dim">
                {t.item(origin.item)}, {moment(origin.made_ms, spoken)}
              </span>
            </dd>
          </>
        )}
        {data.prompts.length > 0 && (
          <>
            <dt>{t.reads}</dt>
            <dd className="mono theirs">{data.prompts.join(", ")}</dd>
          </>
        )}
        {data.outside.length > 0 && (
          <>
            <dt>{t.outside}</dt>
            <dd className="theirs">
              {data.outside.join(", ")} <span className="dim">({t.outsideHint})</span>
            </dd>
          </>
        )}
        {data.not_memoised.length > 0 && (
          <>
            <dt>{t.notMemoised}</dt>
            <dd className="theirs">{data.not_memoised.join(", ")}</dd>
          </>
        )}
        {Object.entries(data.settings).map(([place, value]) => (
          <FactRow key={place} name={place} value={value} />
        ))}
        {data.behaviour && (
          <>
            <dt>{t.behaviour}</dt>
            <dd className="mono">{data.behaviour.slice(0, 12)}</dd>
          </>
        )}
      </dl>
    </Section>
  );
}

function FactRow({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="theirs">{name}</dt>
      <dd className="mono theirs">{value}</dd>
    </>
  );
}
