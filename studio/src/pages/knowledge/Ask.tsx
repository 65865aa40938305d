/** An answer from the documents, each sentence with where it stands. */
import { type FormEvent, Fragment, useCallback, useEffect, useRef, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { Link } from "../../app/Link";
import { address, changeQuery, useQuery } from "../../app/router";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/Told";
import type { Base } from "./BasePage";
import type { Lens } from "./lens";
import { citedParts } from "./pieces";
import { words } from "./words";

type BaseAnswer = Answer<"ask_base">;
type Citation = BaseAnswer["citations"][number];

/** What was asked, of whom and as whom. */
interface Question {
  readonly query: string;
  readonly model: string;
  readonly lens: string;
}

const isSame = (a: Question | null, b: Question): boolean =>
  a !== null && a.query === b.query && a.model === b.model && a.lens === b.lens;

const goTo = (of: Citation): void => changeQuery({ doc: of.doc, at: `${of.start}-${of.end}` }, { push: true });

export function Ask({ base, lens }: { base: Base; lens: Lens }) {
  const t = useWords(words);
  const [q] = useQuery("q");
  const [model] = useQuery("model");
  const [typed, setTyped] = useState(q);
  const [answer, setAnswer] = useState<{ query: string; of: BaseAnswer } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  /** The question that is on its way. */
  const [asking, setAsking] = useState<Question | null>(null);
  const status = useLoaded("status", (signal) => ask("status", {}, { signal }));
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const stop = useCallback((): void => {
    control.current?.abort();
    control.current = null;
    setAsking(null);
    setAnswer(null);
    setProblem(null);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person's answer is another answer
  useEffect(stop, [lens.key]);
  const wanted: Question = { query: typed.trim(), model, lens: lens.key };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { query } = wanted;
    if (!query || isSame(asking, wanted)) return;
    changeQuery({ q: query, doc: "", at: "" });
    stop();
    const mine = new AbortController();
    control.current = mine;
    setAsking(wanted);
    try {
      const body = { query, k: null, model, as: lens.person, groups: [...lens.groups] };
      const of = await ask("ask_base", { base: base.name }, body, { signal: mine.signal });
      if (!mine.signal.aborted) setAnswer({ query, of });
    } catch (error) {
      if (!mine.signal.aborted) setProblem(problemOf(error));
    } finally {
      if (control.current === mine) setAsking(null);
    }
  };
  return (
    <>
      <form className="ask-form" onSubmit={(event) => void submit(event)}>
        <TextField
          id="knowledge-q"
          label={t.question}
          placeholder={t.questionHint}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <SelectField label={t.model} value={model} onChange={(event) => changeQuery({ model: event.target.value })}>
          <option value="">{t.modelSet}</option>
          {(status.data?.models ?? []).map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </SelectField>
        {/* Never disabled: a browser sends no form by Enter whose button is, and another question takes over. */}
        <Button primary type="submit">
          {isSame(asking, wanted) ? t.asking : t.ask}
        </Button>
      </form>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="page-scroll" tabIndex={0} role="group" aria-label={t.ask}>
        {!answer && !asking && !problem && <p className="soft">{t.askTells}</p>}
        {asking && (
          <p className="row dim" role="status">
            <span className="dot round pulse" />
            {t.asking}
            <span className="line theirs">{asking.query}</span>
          </p>
        )}
        {problem && <ProblemNote problem={problem} />}
        {answer && <Told query={answer.query} of={answer.of} />}
      </div>
    </>
  );
}

function Told({ query, of }: { query: string; of: BaseAnswer }) {
  const t = useWords(words);
  const parts = citedParts(
    of.answer,
    of.citations.map((each) => each.sentence),
    of.unsupported,
  );
  const how = of.mode === "generated" ? t.generated : of.mode === "quoted" ? t.quoted : "";
  return (
    <article className="answer" aria-label={t.answer}>
      <h2 className="answer-question theirs">{query}</h2>
      <div className="row">
        {how && <span className="chip">{how}</span>}
        {of.trace && (
          <Link className="row" to={address("/traces/:trace", { trace: of.trace })}>
            <Icon name="trace" size={13} />
            {t.trace}
          </Link>
        )}
      </div>
      {of.degraded && <p className="notice theirs">{of.degraded}</p>}
      {of.mode === "none" && <p className="answer-text">{of.answer || t.noAnswer}</p>}
      {of.mode !== "none" && (
        <p className="answer-text theirs">
          {parts.map((part, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name than their place
            <Fragment key={i}>
              {part.isUnsupported ? (
                <span className="unsupported" title={t.unsupported}>
                  {part.text}
                </span>
              ) : (
                part.text
              )}
              {part.citations.map((n) => {
                const citation = of.citations[n];
                return (
                  citation && (
                    <button
                      key={n}
                      type="button"
                      className="cite"
                      aria-label={t.citation(n + 1)}
                      onClick={() => goTo(citation)}
                    >
                      {n + 1}
                    </button>
                  )
                );
              })}
            </Fragment>
          ))}
        </p>
      )}
      {of.notes.map((note) => (
        <p key={note} className="dim theirs">
          {note}
        </p>
      ))}
      {of.citations.length > 0 && (
        <>
          <h2 className="list-title">{t.citations}</h2>
          <ol className="citations">
            {of.citations.map((each, i) => (
              <li key={`${each.doc}@${each.start} ${each.sentence}`}>
                <div className="row">
                  <span className="cite still">{i + 1}</span>
                  <button type="button" className="link-button line theirs" title={t.open} onClick={() => goTo(each)}>
                    {each.doc}
                  </button>
                  <span className="line theirs dim">
                    {[...each.section, ...(each.page > 0 ? [t.page(each.page)] : [])].join(" › ")}
                  </span>
                  <span className="grow" />
                  <span className="dim">
                    {t.support} {Math.round(each.support * 100)}%
                  </span>
                </div>
                <blockquote className="theirs">{each.quote}</blockquote>
              </li>
            ))}
          </ol>
        </>
      )}
    </article>
  );
}
