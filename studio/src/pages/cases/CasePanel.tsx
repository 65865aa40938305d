/** One case: what it is, who looks after it, its rows, and everything that became of it. */
import { type FormEvent, useEffect, useState } from "react";
import { type Answer, ask, located } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { notifyProblem } from "../../app/toasts";
import { moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Panel, Section } from "../../ui/Panel";
import { TextView, ValueView } from "../../ui/TextView";
import { Loading, ProblemNote } from "../../ui/Told";
import { allowed, type Moved } from "./board";
import { words } from "./words";

type Whole = Answer<"get_case">;
type Line = Whole["rows"][number];
type Moment = Whole["history"][number];

interface Props {
  number: number;
  version: string;
  owners: readonly string[];
  onMove: (status: Moved) => void;
  onChanged: (whole: Whole) => void;
  onClose: () => void;
}

const MOVES = [
  ["triaged", "triage"],
  ["open", "reopen"],
  ["closed", "close"],
  ["wontfix", "wontFix"],
] as const;

export function CasePanel({ number, version, owners, onMove, onChanged, onClose }: Props) {
  const t = useWords(words);
  const loaded = useLoaded(`case ${number}`, (signal) => ask("get_case", { number }, { signal }), version);
  const { data } = loaded;
  const may = data ? allowed(data.case.status) : [];
  const take = (whole: Whole): void => {
    loaded.replace(whole);
    onChanged(whole);
  };
  return (
    <Panel
      label={t.case(number)}
      subject={String(number)}
      onClose={onClose}
      head={
        <>
          <h2>{t.case(number)}</h2>
          {data && <span className={`chip case-${data.case.status}`}>{t[data.case.status]}</span>}
        </>
      }
      foot={
        data && (
          <>
            {MOVES.filter(([status]) => may.includes(status)).map(([status, word]) => (
              <Button key={status} onClick={() => onMove(status)}>
                {t[word]}
              </Button>
            ))}
            <a className="button" href={located("export_cases", { numbers: String(number) }).url} download="">
              <Icon name="save" size={14} />
              {t.export}
            </a>
          </>
        )
      }
    >
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {!data && !loaded.problem && <Loading />}
      {data && (
        <>
          <p className="case-title theirs">{data.case.title}</p>
          <Facts of={data} />
          <Owner of={data} owners={owners} onDone={take} />
          <NoteForm of={data} onDone={take} />
          <Section title={t.rowsOf}>
            {data.rows.map((each) => (
              <Row key={`${each.run} ${each.index} ${each.trial}`} of={each} />
            ))}
            {data.rows_more && <p className="dim">{t.moreRows}</p>}
          </Section>
          <Section title={t.history}>
            <ol className="case-history">
              {data.history.toReversed().map((each) => (
                <Event key={`${each.at_ms} ${each.what}`} of={each} />
              ))}
            </ol>
          </Section>
          <Section title={t.runs}>
            {data.runs.map((run) => (
              <div key={run}>
                <Link to={address("/runs/:run", { run })}>
                  <span className="mono">{run}</span>
                </Link>
              </div>
            ))}
          </Section>
        </>
      )}
    </Panel>
  );
}

function Facts({ of }: { of: Whole }) {
  const t = useWords(words);
  const { case: one } = of;
  const near = t.why_near(`${Math.round(one.likeness * 100)}%`);
  return (
    <Section title={t.facts}>
      <dl className="facts">
        <dt>{t.target}</dt>
        <dd className="mono theirs">{one.target}</dd>
        <dt>{t.passes}</dt>
        <dd className="theirs">
          {one.scorer ? t.passesScore(one.scorer, one.passes) : one.judged ? t.passesPerson : t.passesError}
        </dd>
        {one.step && (
          <>
            <dt>{t.blamed}</dt>
            <dd className="mono theirs">{one.step}</dd>
          </>
        )}
        {one.change && (
          <>
            <dt>{t.change}</dt>
            <dd className="theirs">{one.change}</dd>
          </>
        )}
        {one.why && (
          <>
            <dt>{t.why}</dt>
            <dd>{one.why === "error" ? t.why_error : near}</dd>
          </>
        )}
      </dl>
    </Section>
  );
}

interface FormProps {
  of: Whole;
  onDone: (whole: Whole) => void;
}

function Owner({ of, owners, onDone }: FormProps & { owners: readonly string[] }) {
  const t = useWords(words);
  const { number, owner: given } = of.case;
  const [owner, setOwner] = useState(given);
  useEffect(() => setOwner(given), [given]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      onDone(await ask("assign_case", { number }, { owner: owner.trim() }));
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <Section title={t.owner}>
      <form className="row" onSubmit={(event) => void submit(event)}>
        <input
          id="case-owner"
          className="input grow"
          aria-label={t.owner}
          placeholder={t.assignHint}
          list="case-owners"
          autoComplete="off"
          spellCheck={false}
          value={owner}
          onChange={(event) => setOwner(event.target.value)}
        />
        <datalist id="case-owners">
          {owners.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <Button type="submit" disabled={owner.trim() === given}>
          {t.assign}
        </Button>
      </form>
    </Section>
  );
}

function NoteForm({ of, onDone }: FormProps) {
  const t = useWords(words);
  const [text, setText] = useState("");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!text.trim()) return;
    try {
      onDone(await ask("note_case", { number: of.case.number }, { text: text.trim() }));
      setText("");
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <Section title={t.note}>
      {of.case.note && <TextView text={of.case.note} />}
      <form className="row case-note" onSubmit={(event) => void submit(event)}>
        <input
          id="case-note"
          className="input grow"
          aria-label={t.note}
          placeholder={t.noteHint}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" disabled={!text.trim()}>
          {t.addNote}
        </Button>
      </form>
    </Section>
  );
}

function Row({ of }: { of: Line }) {
  const t = useWords(words);
  const item = { item: of.index, trial: of.trial || undefined };
  return (
    <details className="case-row">
      <summary>
        <span className={of.state === "failing" ? "chip error" : "chip ok"}>{t[of.state]}</span>
        <span>{t.row(of.index)}</span>
        {of.value !== null && <span className="mono">{Number(of.value.toPrecision(3))}</span>}
        <span className="line theirs dim grow">{of.error || textOf(of.row)}</span>
      </summary>
      <ValueView value={of.row} />
      {of.error ? (
        <div className="problem">
          <TextView text={of.error} />
        </div>
      ) : (
        of.output !== null && (
          <>
            <h4 className="label">{t.output}</h4>
            <ValueView value={of.output} />
          </>
        )
      )}
      <div className="row">
        {of.run && (
          <Link className="button small" to={address("/runs/:run", { run: of.run }, item)}>
            <Icon name="grid" size={14} />
            {t.inRun}
          </Link>
        )}
        {of.trace && (
          <Link className="button small" to={address("/traces/:trace", { trace: of.trace })}>
            <Icon name="trace" size={14} />
            {t.trace}
          </Link>
        )}
      </div>
    </details>
  );
}

function textOf(row: unknown): string {
  if (typeof row !== "object" || row === null) return String(row ?? "");
  return Object.entries(row)
    .filter(([key]) => !key.startsWith("_"))
    .map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function Event({ of }: { of: Moment }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const said = {
    opened: t.h_opened(of.text),
    rows: t.h_rows(of.text),
    note: t.h_note,
    owner: t.h_owner(of.text),
    status: t.h_status(t[of.status]),
    flaky: t.h_flaky(of.text),
  }[of.what];
  const hasText = of.text && (of.what === "note" || of.what === "status");
  return (
    <li>
      <span className="mono dim">{moment(of.at_ms, spoken)}</span> {said}
      {of.run && (
        <>
          {" "}
          <span className="dim">{t.byRun}</span>{" "}
          <Link to={address("/runs/:run", { run: of.run })}>
            <span className="mono">{of.run}</span>
          </Link>
        </>
      )}
      {hasText && <TextView text={of.text} />}
      {of.changes.length > 0 && (
        <div className="dim theirs">
          {t.since} {of.changes.join(", ")}
        </div>
      )}
    </li>
  );
}
