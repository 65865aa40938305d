/** One run: its figures, its grid, and what is open beside it. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { connection } from "../../api/connection";
import { type Action, useActions } from "../../app/actions";
import { changeQuery, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { useStore, useVersion } from "../../state/store";
import { Button } from "../../ui/Button";
import type { GridAt, GridHandle } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { CellPanel } from "./CellPanel";
import { type Column, GridData, keyOf, type View } from "./data";
import { FigureRow } from "./FigureRow";
import { ItemPanel } from "./ItemPanel";
import { Launch } from "./Launch";
import { PromptPanel } from "./PromptPanel";
import { RunBar } from "./RunBar";
import { RunGrid } from "./RunGrid";
import { closeSelection, select, useSelection } from "./selection";
import { Tools } from "./Tools";
import { words } from "./words";

function useData(run: string, view: View): GridData {
  const data = useMemo(() => new GridData(run), [run]);
  const returns = useStore(connection, (now) => now.returns);
  const { q, only, sort } = view;
  useEffect(() => {
    const timer = setTimeout(() => void data.show({ q, only, sort }), q ? 150 : 0);
    return () => clearTimeout(timer);
  }, [data, q, only, sort]);
  useEffect(() => {
    if (returns > 0) void data.refresh();
  }, [data, returns]);
  useEffect(() => () => data.close(), [data]);
  return data;
}

/** The step that a column of the table stands for; "" where it stands for the item. */
function stepAt(columns: readonly Column[], column: number): string {
  return columns[column - 2]?.step ?? "";
}

export function RunPage({ run }: { run: string }) {
  const t = useWords(words);
  const f = useWords(frame);
  const [q, setQ] = useQuery("q");
  const [only, setOnly] = useQuery("only");
  const [sort, setSort] = useQuery("sort");
  const view: View = { q, only: only as View["only"], sort: sort as View["sort"] };
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
      select({ index, trial, step: stepAt(data.store.get().columns, to.column) }, { push });
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
    const column = columns.findIndex((each) => each.step === selection.step);
    setAt({ row, column: column < 0 ? 1 : column + 2 });
    handle.current?.reveal(row);
  });

  const why = (): void => {
    if (selection?.step) changeQuery({ why: selection.why ? "" : "1", prompt: "" });
    else {
      const held = state.rows[at.row];
      const step = stepAt(columns, at.column);
      if (held)
        select(
          { index: held.row[0], trial: held.row[1], step: step || (columns.at(-1)?.step ?? ""), why: true },
          { push: true },
        );
    }
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
    { id: "grid-failed", label: `${t.show}: ${t.onlyFailed}`, run: () => setOnly("failed") },
    { id: "grid-changed", label: `${t.show}: ${t.onlyChanged}`, run: () => setOnly("changed") },
    { id: "grid-all", label: `${t.show}: ${t.all}`, run: () => setOnly("") },
  ];
  useActions(offered);

  const isFiltered = q !== "" || only !== "";
  const column = columns.find((each) => each.step === selection?.step);
  return (
    <>
      <RunBar run={run} head={head} onLaunch={setLaunch} />
      <div className="split">
        <div className="content">
          {state.problem && <ProblemNote problem={state.problem} onAgain={() => void data.show(view)} />}
          {head?.status === "crashed" && <p className="notice">{t.crashedWhy}</p>}
          {head && <FigureRow store={data.store} />}
          {head && (
            <Tools
              view={view}
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
              {isFiltered && <Button onClick={() => changeQuery({ q: "", only: "" })}>{t.clear}</Button>}
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
  return row ? `${keyOf(index, trial)}:${row[2]}:${row[7].map((cell) => cell?.[0] ?? 0).join("")}` : "";
}
