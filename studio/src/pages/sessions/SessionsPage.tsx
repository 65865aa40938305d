/** Conversations of the gateway: the list beside, one as turns, each with its trace and what people said of it. */
import { useEffect, useMemo, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { changeQuery, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { AddRowDialog } from "../../ui/trace/AddRowDialog";
import { CaseDialog } from "../../ui/trace/CaseDialog";
import { TracePanel } from "../../ui/trace/TracePanel";
import { TurnView } from "./TurnView";
import { words } from "./words";
import "../../look/lists.css";
import "./sessions.css";

type Head = Answer<"list_sessions">["sessions"][number];
export type Turn = Answer<"get_session">["turns"][number];
type Rated = "" | "yes" | "up" | "down";

const BAD = 400;

interface Listed {
  readonly sessions: readonly Head[];
  readonly more: boolean;
  readonly next: string;
}

/** Pages of a list, joined; asked anew when the filter changes. */
function useSessions(rated: Rated) {
  const first = useLoaded(`sessions ${rated}`, (signal) => ask("list_sessions", { rated }, { signal }));
  const [rest, setRest] = useState<Listed | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another first page begins another list
  useEffect(() => setRest(null), [first.data]);
  const sessions = useMemo(() => {
    const known = new Set<string>();
    return [...(first.data?.sessions ?? []), ...(rest?.sessions ?? [])].filter((each) => {
      const isNew = !known.has(each.session);
      known.add(each.session);
      return isNew;
    });
  }, [first.data, rest]);
  const last = rest ?? first.data;
  const further = (): void => {
    ask("list_sessions", { rated, before: last?.next ?? "" }).then(
      (page) => setRest({ ...page, sessions: [...(rest?.sessions ?? []), ...page.sessions] }),
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  return { ...first, problem: first.problem ?? problem, sessions, more: last?.more ?? false, further };
}

export default function SessionsPage() {
  const t = useWords(words);
  const f = useWords(frame);
  const [rated, setRated] = useQuery("rated");
  const [chosen] = useQuery("session");
  const [peek] = useQuery("peek");
  const listed = useSessions(rated === "up" || rated === "down" || rated === "yes" ? rated : "");
  const { sessions } = listed;
  useTitle(t.sessions);
  const at = sessions.findIndex((each) => each.session === chosen);
  const open = (session: string): void => changeQuery({ session, peek: "" }, { push: !chosen });
  const step = (by: number): void => {
    const next = sessions[Math.max(0, Math.min(sessions.length - 1, at + by))];
    if (!next) return;
    open(next.session);
    requestAnimationFrame(() => document.getElementById(`session-${next.session}`)?.focus());
  };
  const closePeek = (): void => changeQuery({ peek: "" });
  useActions([
    { id: "sessions-next", label: t.next, keys: "j", inStatus: true, run: () => step(1) },
    { id: "sessions-previous", label: t.previous, keys: "k", inStatus: true, run: () => step(-1) },
    ...(peek ? [{ id: "sessions-unpeek", label: f.close, keys: "Escape", inStatus: true, run: closePeek }] : []),
  ]);
  return (
    <>
      <Bar title={<h1>{t.sessions}</h1>}>
        <select
          className="input"
          aria-label={t.rated}
          value={rated}
          onChange={(event) => {
            setRated(event.target.value);
            changeQuery({ session: "", peek: "" });
          }}
        >
          <option value="">{`${t.rated}: ${t.any}`}</option>
          <option value="yes">{t.anyRating}</option>
          <option value="up">{t.up}</option>
          <option value="down">{t.down}</option>
        </select>
      </Bar>
      <div className="split">
        <nav className="sessions-list" aria-label={t.list}>
          {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
          {listed.loading && sessions.length === 0 && <Loading />}
          <ul>
            {sessions.map((each) => (
              <li key={each.session}>
                <SessionButton head={each} isChosen={each.session === chosen} onOpen={() => open(each.session)} />
              </li>
            ))}
          </ul>
          {listed.more && <Button onClick={listed.further}>{t.further}</Button>}
        </nav>
        <div className="content">
          {chosen ? (
            <Conversation key={chosen} session={chosen} />
          ) : sessions.length > 0 ? (
            <Empty title={t.choose} />
          ) : (
            !listed.loading && <Empty title={rated ? t.nothing : t.none}>{!rated && <p>{t.noneHow}</p>}</Empty>
          )}
        </div>
        {peek && <TracePanel traceId={peek} onClose={closePeek} />}
      </div>
    </>
  );
}

function SessionButton({ head, isChosen, onOpen }: { head: Head; isChosen: boolean; onOpen: () => void }) {
  const t = useWords(words);
  const spoken = useLanguage();
  return (
    <button
      type="button"
      id={`session-${head.session}`}
      className="session-button"
      aria-current={isChosen ? "true" : undefined}
      onClick={onOpen}
    >
      <span className="row">
        <span className="line theirs grow">{head.user || t.nobody}</span>
        <span className="dim">{moment(head.last_ms, spoken)}</span>
      </span>
      <span className="row">
        <span className="line theirs soft grow">{head.served}</span>
        {head.failed > 0 && <span className="session-tag bad">{t.failed(head.failed)}</span>}
        {head.down > 0 && <span className="session-tag bad">{t.downCount(head.down)}</span>}
        {head.up > 0 && <span className="session-tag good">{t.upCount(head.up)}</span>}
        <span className="dim">{head.requests === 1 ? t.oneTurn : t.turns(count(head.requests))}</span>
      </span>
    </button>
  );
}

function Conversation({ session }: { session: string }) {
  const t = useWords(words);
  const loaded = useLoaded(`session ${session}`, (signal) => ask("get_session", { session }, { signal }));
  const [older, setOlder] = useState<{ turns: readonly Turn[]; more: boolean; next: string } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [added, setAdded] = useState<Turn | null>(null);
  const [cased, setCased] = useState<Turn | null>(null);
  const { data } = loaded;
  if (!data) return loaded.problem ? <ProblemNote problem={loaded.problem} onAgain={loaded.reload} /> : <Loading />;
  const last = older ?? data;
  const turns = [...(older?.turns ?? []), ...data.turns];
  const further = (): void => {
    ask("get_session", { session, before: last.next }).then(
      (page) => setOlder({ ...page, turns: [...page.turns, ...(older?.turns ?? [])] }),
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  return (
    <section className="page-scroll conversation" aria-label={data.title || session}>
      <h2 className="conversation-title theirs">{data.title || t.noTitle}</h2>
      <p className="dim theirs">
        {[data.user || t.nobody, data.served, data.total === 1 ? t.oneTurn : t.turns(count(data.total))].join(" · ")}{" "}
        <span className="mono">{session}</span>
      </p>
      {(problem ?? loaded.problem) && <ProblemNote problem={(problem ?? loaded.problem) as Problem} />}
      {last.more && <Button onClick={further}>{t.older}</Button>}
      <ol>
        {turns.map((turn) => (
          <TurnView key={turn.trace} turn={turn} onAdd={() => setAdded(turn)} onCase={() => setCased(turn)} />
        ))}
      </ol>
      {added && <AddTurn turn={added} onClose={() => setAdded(null)} />}
      {cased && <CaseDialog trace={cased.trace} failed={cased.status >= BAD} onClose={() => setCased(null)} />}
    </section>
  );
}

function AddTurn({ turn, onClose }: { turn: Turn; onClose: () => void }) {
  const { trace, span } = turn;
  const loaded = useLoaded(`span ${trace} ${span}`, (signal) => ask("get_span", { trace, span }, { signal }));
  if (loaded.problem) return <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />;
  return loaded.data ? <AddRowDialog span={loaded.data} onClose={onClose} /> : null;
}
