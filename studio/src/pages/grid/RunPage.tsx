/** One run: its figures, its grid, and what is open beside it. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { connection } from "../../api/connection";
import { type Action, useActions } from "../../app/actions";
import { address, changeQuery, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { heads } from "../../state/project";
import { useStore, useVersion } from "../../state/store";
import { Button } from "../../ui/Button";
import type { GridAt, GridHandle } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { CellPanel } from "./CellPanel";
import { GridData, type GridState, keyOf, type View } from "./data";
import { FigureRow } from "./FigureRow";
import { ItemPanel } from "./ItemPanel";
import { Launch } from "./Launch";
import { PromptPanel } from "./PromptPanel";
import { RunBar } from "./RunBar";
import { RunGrid } from "./RunGrid";
import { ScoreRow } from "./ScoreRow";
import { closeSelection, openCase, select, useSelection } from "./selection";
import { Tools } from "./Tools";
import { words } from "./words";

function useData(run: string, view: View): GridData {
  const data = useMemo(() => new GridData(run), [run]);
  const returns = useStore(connection, (now) => now.returns);
  const { q, only, sort, by, score, scorer } = view;
  useEffect(() => {
    const timer = setTimeout(() => void data.show({ q, only, sort, by, score, scorer }), q ? 150 : 0);
    return () => clearTimeout(timer);
  }, [data, q, only, sort, by, score, scorer]);
  const told = useStore(heads, (all) => all.get(data.store.get().head?.id ?? run)?.scored);
  useEffect(() => {
    const { head } = data.store.get();
    if (told !== undefined && head && told !== head.scored) data.rescored();
  }, [data, told]);
  useEffect(() => {
    if (returns > 0) void data.refresh();
  }, [data, returns]);
  useEffect(() => () => data.close(), [data]);
  return data;
}

/** The step or the scorer that a column of the table stands for; none where it stands for the item. */
function standsFor({ columns, scorers }: GridState, column: number): { step: string; score: string } {
  const step = columns[column - 2]?.step ?? "";
  return { step, score: step ? "" : (scorers[column - 2 - columns.length]?.scorer ?? "") };
}

export function RunPage({ run }: { run: string }) {
  const t = useWords(words);
  const f = useWords(frame);
  const [q, setQ] = useQuery("q");
  const [only, setOnly] = useQuery("only");
  const [sort, setSort] = useQuery("sort");
  const [by] = useQuery("by");
  const [score] = useQuery("score");
  const [scorer] = useQuery("scorer");
  const view: View = {
    q,
    only: only as View["only"],
    sort: sort as View["sort"],
    by,
    score: score as View["score"],
    scorer,
  };
  const data = useData(run, view);
  useVersion(data.store);
  const state = data.store.get();
  const { head, columns } = state;
  const selection = useSelection();
  const [at, setAt] = useState<GridAt>({ row: 0, column: 1 });
  const [launch, setLaunch] = useState<"" | "run" | "plan">("");
  const handle = useRef<GridHandle>(null);
  useTitle(head ? `${head.target} · ${run}` : run);

  const openAt = useCallback(
    (to: GridAt, { push = false } = {}) => {
      const held = data.store.get().rows[to.row];
      if (!held) return;
      const [index, trial] = held.row;
      select({ index, trial, ...standsFor(data.store.get(), to.column) }, { push });
    },
    [data],
  );
  const move = (to: GridAt): void => {
    setAt(to);
    if (selection && !selection.prompt) openAt(to);
  };
  const leave = (): void => {
    if (selection) closeSelection();
    handle.current?.focus();
  };

  // An address that names a cell puts the cursor there once its row is known.
  const arrived = useRef(false);
  useEffect(() => {
    if (arrived.current || !selection || columns.length === 0) return;
    const row = data.placeOf(selection.index, selection.trial);
    if (row === undefined) return;
    arrived.current = true;
    const { scorers } = data.store.get();
    const step = columns.findIndex((each) => each.step === selection.step);
    const scored = scorers.findIndex((each) => each.scorer === selection.score);
    setAt({ row, column: step >= 0 ? step + 2 : scored >= 0 ? scored + 2 + columns.length : 1 });
    handle.current?.reveal(row);
  });

  const why = (): void => {
    if (selection?.step) changeQuery({ why: selection.why ? "" : "1", prompt: "" });
    else {
      const held = state.rows[at.row];
      const { step } = standsFor(state, at.column);
      if (held)
        select(
          { index: held.row[0], trial: held.row[1], step: step || (columns.at(-1)?.step ?? ""), why: true },
          { push: true },
        );
    }
  };
  const caseHere = (): void => {
    const held = state.rows[at.row];
    if (held) openCase(held.row[0], held.row[1], standsFor(state, at.column).score);
  };
  const offered: Action[] = [
    { id: "grid-move", label: f.move, keys: "ArrowUp ArrowDown ArrowLeft ArrowRight", inStatus: true },
    { id: "grid-open", label: t.open, keys: "Enter", inStatus: true },
    { id: "grid-close", label: f.close, keys: "Escape", inStatus: true, onlyKeys: true, run: leave },
    {
      id: "grid-filter",
      label: t.filterSamples,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById("grid-filter")?.focus(),
    },
    { id: "grid-run", label: t.run, keys: "r", inStatus: true, run: () => setLaunch("run") },
    { id: "grid-plan", label: t.plan, keys: "p", inStatus: true, run: () => setLaunch("plan") },
    { id: "grid-why", label: t.why, keys: "w", inStatus: true, run: why },
    { id: "grid-review", label: t.reviewThese, run: () => navigate(address("/review", {}, { new: 1, run })) },
    { id: "grid-case", label: t.openCase, keys: "b", run: caseHere },
    { id: "grid-failed", label: `${t.show}: ${t.onlyFailed}`, run: () => setOnly("failed") },
    { id: "grid-changed", label: `${t.show}: ${t.onlyChanged}`, run: () => setOnly("changed") },
    { id: "grid-all", label: `${t.show}: ${t.all}`, run: () => setOnly("") },
  ];
  for (const { scorer: name } of state.scorers) {
    offered.push({
      id: `grid-worst ${name}`,
      label: t.worstFirst(name),
      run: () => changeQuery({ sort: "score", by: name }),
    });
  }
  useActions(offered);
  const show = (index: number, trial: number, name: string): void => {
    const row = data.placeOf(index, trial);
    if (row !== undefined) {
      setAt({ row, column: 2 + columns.length + state.scorers.findIndex((each) => each.scorer === name) });
      handle.current?.reveal(row);
    }
    select({ index, trial, step: "", score: name }, { push: selection === null });
  };

  const isFiltered = q !== "" || only !== "" || score !== "";
  const column = columns.find((each) => each.step === selection?.step);
  return (
    <>
      <RunBar run={run} head={head} onLaunch={setLaunch} />
      <div className="split">
        <div className="content">
          {state.problem && <ProblemNote problem={state.problem} onAgain={() => void data.show(view)} />}
          {head?.status === "crashed" && <p className="notice">{t.crashedWhy}</p>}
          {head && <FigureRow store={data.store} />}
          {state.scorers.length > 0 && (
            <ScoreRow scorers={state.scorers} total={state.head?.items ?? 0} onShow={show} />
          )}
          {head && (
            <Tools
              view={view}
              scorers={state.scorers}
              matching={state.matching}
              total={state.total}
              onQ={setQ}
              onOnly={setOnly}
              onSort={setSort}
            />
          )}
          {!head && state.loading ? (
            <Loading />
          ) : head && state.matching === 0 && !state.loading ? (
            <Empty title={isFiltered ? t.noMatch : t.noRows}>
              {isFiltered && (
                <Button onClick={() => changeQuery({ q: "", only: "", score: "", scorer: "" })}>{t.clear}</Button>
              )}
            </Empty>
          ) : (
            head && (
              <RunGrid
                data={data}
                at={at}
                onAt={move}
                onOpen={(to) => openAt(to, { push: selection === null })}
                onLeave={leave}
                isOpen={selection !== null}
                sort={view.sort}
                by={by}
                onSort={setSort}
                handle={handle}
              />
            )
          )}
        </div>
        {selection?.prompt ? (
          <PromptPanel key={selection.prompt} path={selection.prompt} onClose={leave} onRun={() => setLaunch("run")} />
        ) : selection?.step ? (
          <CellPanel
            run={run}
            selection={selection}
            column={column}
            version={versionAt(data, selection.index, selection.trial)}
            onClose={leave}
          />
        ) : (
          selection && (
            <ItemPanel
              run={run}
              selection={selection}
              columns={columns}
              version={versionAt(data, selection.index, selection.trial)}
              onClose={leave}
            />
          )
        )}
      </div>
      {launch && head && <Launch kind={launch} like={head} onKind={setLaunch} onClose={() => setLaunch("")} />}
    </>
  );
}

/** Changes when what is shown beside the grid does: the row's states, not its text. */
function versionAt(data: GridData, index: number, trial: number): string {
  const place = data.placeOf(index, trial);
  const row = place === undefined ? undefined : data.store.get().rows[place]?.row;
  const scored = data.store.get().head?.scored ?? "";
  return row ? `${keyOf(index, trial)}:${row[2]}:${row[7].map((cell) => cell?.[0] ?? 0).join("")}:${scored}` : "";
}
