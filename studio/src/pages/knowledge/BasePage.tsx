/** One base: what is in it, its documents, what a question finds, and an answer; through anybody's eyes. */
import { useEffect, useRef, useState } from "react";
import { ask, type components } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { type Action, useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { changeQuery, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { notify, notifyProblem } from "../../app/toasts";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { isOver, useJob } from "../../state/job";
import { jobs, noteJob } from "../../state/project";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { Segments, SuggestField, TextField } from "../../ui/Field";
import { Menu } from "../../ui/Menu";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { Ask } from "./Ask";
import { DocumentPanel } from "./DocumentPanel";
import { Documents } from "./Documents";
import { groupsIn, type Lens, useLens } from "./lens";
import { Overview } from "./Overview";
import { Search } from "./Search";
import { words } from "./words";

export type Base = components["schemas"]["Base"];
const TABS = ["", "documents", "search", "ask"] as const;
type Tab = (typeof TABS)[number];

export function BasePage({ name }: { name: string }) {
  const t = useWords(words);
  const f = useWords(frame);
  const [given] = useQuery("tab");
  const [doc] = useQuery("doc");
  const tab = (TABS.includes(given as Tab) ? given : "") as Tab;
  const lens = useLens();
  const loaded = useLoaded(`base ${name}`, (signal) => ask("get_base", { base: name }, { signal }));
  const base = loaded.data;
  const build = useBuild(name, loaded.reload);
  useTitle(name);
  const show = (next: Tab): void => changeQuery({ tab: next, doc: "", at: "" }, { push: true });
  const close = (): void => changeQuery({ doc: "", at: "" });
  const tabs = [t.overview, t.documents, t.search, t.ask].map(
    (label, i): Action => ({
      id: `base-${TABS[i]}`,
      label,
      keys: String(i + 1),
      inStatus: true,
      run: () => show(TABS[i] ?? ""),
    }),
  );
  useActions([
    ...tabs,
    {
      id: "base-find",
      label: tab === "documents" ? t.filterDocuments : t.question,
      keys: "/",
      inStatus: true,
      run: () => {
        const field = document.getElementById("knowledge-q");
        if (field) field.focus();
        else show("search");
      },
    },
    { id: "base-lens", label: t.lens, keys: "l", inStatus: true, run: () => document.getElementById("lens")?.focus() },
    { id: "base-build", label: t.buildLong, run: () => void build.start(false) },
    { id: "base-fresh", label: t.freshLong, run: () => void build.start(true) },
    ...(doc ? [{ id: "base-close", label: f.close, keys: "Escape", inStatus: true, run: close }] : []),
  ]);
  return (
    <>
      <Bar
        title={
          <>
            <Link className="soft" to="/knowledge">
              {t.knowledge}
            </Link>
            <span className="bar-sep">/</span>
            <h1 className="line theirs">{name}</h1>
            {base?.snapshot && <span className="mono dim line">{base.snapshot.slice(0, 12)}</span>}
          </>
        }
      >
        <Menu
          label={t.build}
          icon="more"
          items={[
            { id: "build", label: t.buildLong, run: () => void build.start(false) },
            { id: "fresh", label: t.freshLong, run: () => void build.start(true) },
          ]}
        />
        <Button primary disabled={build.isRunning} title={t.buildLong} onClick={() => void build.start(false)}>
          {build.isRunning ? t.building : t.build}
        </Button>
      </Bar>
      <div className="split">
        <div className="content">
          {build.note}
          {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
          {!base && loaded.loading && <Loading />}
          {base && !base.is_built && (
            <Empty title={t.notBuiltTitle}>
              <p>{t.notBuiltHow(name)}</p>
              <p className="mono dim theirs">{base.sources.join(", ")}</p>
            </Empty>
          )}
          {base?.is_built && (
            <>
              <div className="list-tools">
                <Segments
                  label={t.view}
                  value={tab}
                  onChange={show}
                  options={[
                    { value: "", label: t.overview },
                    { value: "documents", label: t.documents },
                    { value: "search", label: t.search },
                    { value: "ask", label: t.ask },
                  ]}
                />
                <span className="grow" />
                {tab !== "" && <LensFields base={base} lens={lens} />}
              </div>
              {tab === "" && <Overview of={base} />}
              {tab === "documents" && <Documents base={base} lens={lens} />}
              {tab === "search" && <Search key={base.snapshot} base={base} lens={lens} />}
              {tab === "ask" && <Ask base={base} lens={lens} />}
            </>
          )}
        </div>
        {doc && base?.is_built && (
          <DocumentPanel key={doc} base={name} doc={doc} lens={lens} version={base.snapshot ?? ""} onClose={close} />
        )}
      </div>
    </>
  );
}

/** Person and groups; the page is seen with their eyes on Enter, or when the field is left. */
function LensFields({ base, lens }: { base: Base; lens: Lens }) {
  const t = useWords(words);
  const [person, setPerson] = useState(lens.person);
  const [groups, setGroups] = useState(lens.text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address has changed
  useEffect(() => {
    setPerson(lens.person);
    setGroups(lens.text);
  }, [lens.key]);
  const look = (): void => {
    const next = { as: person.trim(), groups: groupsIn(groups).join(",") };
    if (next.as !== lens.person || next.groups !== lens.text) changeQuery({ ...next, doc: "", at: "" });
  };
  return (
    <form
      className={lens.isOn ? "lens on" : "lens"}
      onSubmit={(event) => {
        event.preventDefault();
        look();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) look();
      }}
    >
      <span className="label">{t.lens}</span>
      <TextField
        id="lens"
        label={t.person}
        placeholder={t.person}
        value={person}
        onChange={(event) => setPerson(event.target.value)}
      />
      <SuggestField
        label={t.groups}
        placeholder={t.groupsHint}
        of={(base.groups ?? []).filter((each) => !each.startsWith("user:"))}
        value={groups}
        onChange={(event) => setGroups(event.target.value)}
      />
      {lens.isOn && (
        <Button
          quiet
          icon="close"
          label={t.lensOff}
          onClick={() => changeQuery({ as: "", groups: "", doc: "", at: "" })}
        />
      )}
      <button type="submit" hidden />
    </form>
  );
}

interface Build {
  readonly isRunning: boolean;
  readonly note: React.ReactNode;
  start(fresh: boolean): Promise<void>;
}

function useBuild(name: string, onDone: () => void): Build {
  const t = useWords(words);
  const [id, setId] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const others = useStore(jobs, (all) =>
    [...all.values()].find((each) => each.kind === "build" && !isOver(each) && each.tail.includes(name)),
  );
  const job = useJob(id || (others?.id ?? ""));
  const isRunning = job !== null && !isOver(job);
  const told = useRef("");
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    if (!job || !isOver(job) || told.current === job.id) return;
    told.current = job.id;
    if (job.status === "done") notify("ok", t.buildDone);
    done.current();
  }, [job, t]);
  const start = async (fresh: boolean): Promise<void> => {
    setProblem(null);
    try {
      const begun = await ask("build_base", { base: name }, { fresh });
      noteJob(begun);
      setId(begun.id);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const stop = async (): Promise<void> => {
    if (!job) return;
    try {
      noteJob(await ask("stop_job", { job: job.id }));
    } catch (error) {
      notifyProblem(error);
    }
  };
  const lines = (job?.tail ?? "").trim().split("\n");
  const hasFailed = job !== null && (job.status === "failed" || job.problem !== null);
  const note = (
    <>
      {problem && <ProblemNote problem={problem} />}
      {isRunning && (
        <div className="notice plain" role="status">
          <span className="dot round pulse" />
          <span>{t.building}</span>
          <span className="grow line mono theirs dim">{lines.at(-1)}</span>
          <Button className="small" icon="stop" onClick={() => void stop()}>
            {t.stop}
          </Button>
        </div>
      )}
      {hasFailed &&
        (job.problem ? (
          <ProblemNote problem={job.problem} />
        ) : (
          <div className="problem" role="alert">
            <p>{t.buildFailed}</p>
            <pre className="textview mono theirs">{job.tail}</pre>
          </div>
        ))}
    </>
  );
  return { isRunning, note, start };
}
