/** The runs, the newest first; new ones appear as they start. */
import { useCallback, useMemo, useRef, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { notifyProblem } from "../../app/toasts";
import { duration, moment, money, reusedShare } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { heads, type RunHead } from "../../state/project";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { FilterField } from "../../ui/Field";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { Launch } from "./Launch";
import { StatusChip } from "./StatusChip";
import { words } from "./words";

const LIMIT = 200;

/** What was listed, with what was told of since; the newest first. */
export function merged(listed: readonly RunHead[], told: ReadonlyMap<string, RunHead>): RunHead[] {
  const all = new Map(listed.map((each) => [each.id, each]));
  for (const [id, head] of told) all.set(id, head);
  return [...all.values()].sort((a, b) => b.started_ms - a.started_ms || b.id.localeCompare(a.id));
}

/** Runs before those that were listed, asked for as the list's end comes into sight. */
function useOlder(listed: Answer<"list_runs"> | null): [readonly RunHead[], (first: number, last: number) => void] {
  const [older, setOlder] = useState<readonly RunHead[]>([]);
  const [more, setMore] = useState<boolean | null>(null);
  const isAsking = useRef(false);
  const end = older.at(-1) ?? listed?.runs.at(-1);
  const known = (listed?.runs.length ?? 0) + older.length;
  const onSeen = useCallback(
    async (_first: number, last: number): Promise<void> => {
      if (!end || !(more ?? listed?.more) || last < known - 10 || isAsking.current) return;
      isAsking.current = true;
      try {
        const page = await ask("list_runs", { limit: LIMIT, before: end.id });
        setOlder((now) => [...now, ...page.runs]);
        setMore(page.more);
      } catch (error) {
        notifyProblem(error);
        setMore(false);
      } finally {
        isAsking.current = false;
      }
    },
    [end, known, listed, more],
  );
  return [older, onSeen];
}

export function RunListPage() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const [q, setQ] = useQuery("q");
  const [baseline, setBaseline] = useQuery("baseline");
  const told = useStore(heads);
  const listed = useLoaded("runs", (signal) => ask("list_runs", { limit: LIMIT }, { signal }));
  const [older, onSeen] = useOlder(listed.data);
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const [launch, setLaunch] = useState<"" | "run" | "plan">("");
  const shown = useMemo(() => {
    const wanted = q.toLowerCase();
    return merged([...older, ...(listed.data?.runs ?? [])], told).filter((run) =>
      `${run.target} ${run.data} ${run.id} ${run.status}`.toLowerCase().includes(wanted),
    );
  }, [listed.data, older, told, q]);
  useTitle(t.runs);
  const open = (row: number): void => {
    const run = shown[row];
    if (run) navigate(address("/runs/:run", { run: run.id }));
  };
  /** The first run chosen is the baseline, the next one its candidate. */
  const compare = (): void => {
    const run = shown[at.row]?.id ?? "";
    if (!baseline) setBaseline(run);
    else if (run !== baseline) navigate(address("/compare", {}, { a: baseline, b: run }));
  };
  useActions([
    { id: "runs-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "runs-open", label: f.open, keys: "Enter", inStatus: true },
    { id: "runs-run", label: t.run, keys: "r", inStatus: true, run: () => setLaunch("run") },
    { id: "runs-plan", label: t.plan, keys: "p", inStatus: true, run: () => setLaunch("plan") },
    { id: "runs-compare", label: t.compareRuns, keys: "c", inStatus: true, run: compare },
    ...(baseline ? [{ id: "runs-no-compare", label: f.cancel, keys: "Escape", run: () => setBaseline("") }] : []),
    {
      id: "runs-filter",
      label: f.filter,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById("runs-filter")?.focus(),
    },
  ]);
  const columns: GridColumn[] = [
    { key: "target", head: t.target, width: 200, grow: 2, frozen: true },
    { key: "status", head: t.status, width: 110 },
    { key: "started", head: t.started, width: 130 },
    { key: "data", head: t.data, width: 180, grow: 2 },
    { key: "items", head: t.items, width: 110, align: "end" },
    { key: "failed", head: t.errors, width: 80, align: "end" },
    { key: "hits", head: t.hits, width: 80, align: "end" },
    { key: "cost", head: t.cost, width: 110, align: "end" },
    { key: "time", head: t.time, width: 100, align: "end" },
  ];
  const cell = (row: number, column: number) => {
    const run = shown[row];
    if (!run) return null;
    const texts = [
      <Link key="open" className="line theirs" to={address("/runs/:run", { run: run.id })} tabIndex={-1}>
        {run.target}
      </Link>,
      <StatusChip key="status" status={run.status} />,
      moment(run.started_ms, spoken),
      <span key="data" className="line theirs soft">
        {run.data}
      </span>,
      run.done === run.items ? run.items : `${run.done} / ${run.items}`,
      run.failed || "",
      reusedShare(run),
      money(run.cost),
      duration((run.ended_ms ?? Date.now()) - run.started_ms),
    ];
    return texts[column];
  };
  return (
    <>
      <Bar title={<h1>{t.runs}</h1>}>
        <FilterField
          id="runs-filter"
          aria-label={t.filterRuns}
          placeholder={`${t.filterRuns}  /`}
          value={q}
          onChange={(event) => setQ(event.target.value)}
          style={{ width: 260 }}
        />
        <Button icon="plan" onClick={() => setLaunch("plan")}>
          {t.plan}
        </Button>
        <Button primary icon="play" onClick={() => setLaunch("run")}>
          {t.run}
        </Button>
      </Bar>
      <div className="content">
        {baseline && (
          <div className="notice plain" role="status">
            <span>{t.compareNext(baseline)}</span>
            <Button className="small" onClick={compare}>
              {t.compareRuns}
            </Button>
            <Button className="small" onClick={() => setBaseline("")}>
              {f.cancel}
            </Button>
          </div>
        )}
        {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
        {!listed.data && listed.loading ? (
          <Loading />
        ) : shown.length === 0 && !q ? (
          <Empty title={t.noRuns}>
            <p>{t.noRunsHow}</p>
          </Empty>
        ) : (
          <Grid
            label={t.runs}
            columns={columns}
            rows={shown.length}
            version={(row) => shown[row]?.id ?? ""}
            drawing={shown}
            cell={cell}
            cellClass={(row, column) => (column === 5 && shown[row]?.failed ? "bad" : "")}
            at={at}
            onAt={setAt}
            onOpen={({ row }) => open(row)}
            onSeen={onSeen}
          />
        )}
      </div>
      {launch && <Launch kind={launch} like={shown[at.row] ?? null} onKind={setLaunch} onClose={() => setLaunch("")} />}
    </>
  );
}
