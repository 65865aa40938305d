/** One dataset: its rows, a page at a time, with what can be done with them. */
import { useEffect, useRef, useState } from "react";
import { ask } from "../../api/client";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { changeQuery, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { count } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { usePaged } from "../../state/paged";
import { useFiles } from "../../state/project";
import { Button } from "../../ui/Button";
import { FilterField, Segments } from "../../ui/Field";
import type { GridAt, GridHandle } from "../../ui/Grid";
import { Loading, ProblemNote } from "../../ui/Told";
import { Launch } from "../grid/Launch";
import { lastForm } from "../grid/launching";
import { AddDialog } from "./AddDialog";
import { Checks } from "./Checks";
import { History } from "./History";
import { type Dataset, type DatasetRow, LISTED, RowGrid } from "./RowGrid";
import { RowPanel } from "./RowPanel";
import { SplitDialog } from "./SplitDialog";
import { bytes } from "./text";
import { words } from "./words";

type Tab = "" | "checks" | "history";
const FILTER_MS = 150;

function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

export function DatasetPage({ path }: { path: string }) {
  const t = useWords(words);
  const f = useWords(frame);
  const [q, setQ] = useQuery("q");
  const [only, setOnly] = useQuery("only");
  const [given] = useQuery("tab");
  const [wanted] = useQuery("line");
  const tab = given as Tab;
  const line = Number(wanted) || 0;
  const asked = useSettled(q, FILTER_MS);
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const [dialog, setDialog] = useState<"" | "add" | "split" | "run" | "plan">("");
  const handle = useRef<GridHandle>(null);
  const listed = usePaged<DatasetRow, Dataset>(
    `${path} ${only} ${asked}`,
    path,
    (offset, limit, signal) =>
      ask("get_dataset", { path, offset, limit, q: asked, only: only as "" | "bad" }, { signal }),
    (page) => page.digest,
  );
  const { data } = listed;
  useTitle(path);
  useFiles((files) => {
    if (files.some((file) => file.path === path && file.digest !== data?.digest)) listed.reload();
  });

  const rows = Math.min(listed.matching, LISTED);
  const open = (row: number, push = false): void => {
    const found = listed.row(row);
    if (found) changeQuery({ line: found.line }, { push });
  };
  const goTo = (to: GridAt): void => {
    setAt(to);
    if (line) open(to.row);
  };
  const step = (by: number): void => {
    const row = Math.max(0, Math.min(rows - 1, at.row + (line ? by : 0)));
    setAt((now) => ({ ...now, row }));
    handle.current?.reveal(row);
    handle.current?.focus();
    open(row, !line);
  };
  const leave = (): void => {
    changeQuery({ line: "" });
    handle.current?.focus();
  };
  useArrival(path, line, Boolean(data) && !q && !only && tab === "", (index) => {
    setAt((now) => ({ ...now, row: Math.min(index, LISTED - 1) }));
    handle.current?.reveal(Math.min(index, LISTED - 1));
  });

  const canWrite = data !== null && !data.is_packed;
  const show = (next: Tab): void => changeQuery({ tab: next, line: "" }, { push: true });
  useActions([
    { id: "dataset-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "dataset-open", label: f.open, keys: "Enter", inStatus: true },
    ...(tab === ""
      ? [
          { id: "dataset-next", label: t.next, keys: "j", inStatus: true, run: () => step(1) },
          { id: "dataset-previous", label: t.previous, keys: "k", run: () => step(-1) },
        ]
      : []),
    {
      id: "dataset-filter",
      label: t.filterRows,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById("dataset-filter")?.focus(),
    },
    {
      id: "dataset-line",
      label: t.toLine,
      keys: "g",
      inStatus: true,
      run: () => document.getElementById("dataset-line")?.focus(),
    },
    ...(canWrite
      ? [{ id: "dataset-add", label: t.addRow, keys: "n", inStatus: true, run: () => setDialog("add") }]
      : []),
    { id: "dataset-run", label: t.run, keys: "r", inStatus: true, run: () => setDialog("run") },
    { id: "dataset-rows", label: t.rows, keys: "1", onlyKeys: true, run: () => show("") },
    { id: "dataset-checks", label: t.checks, keys: "2", run: () => show("checks") },
    { id: "dataset-history", label: t.history, keys: "3", run: () => show("history") },
    { id: "dataset-split", label: t.split, run: () => setDialog("split") },
    ...(line && tab === ""
      ? [{ id: "dataset-leave", label: f.close, keys: "Escape", inStatus: true, run: leave }]
      : []),
  ]);
  return (
    <>
      <Bar
        title={
          <>
            <Link className="soft" to="/datasets">
              {t.datasets}
            </Link>
            <span className="bar-sep">/</span>
            <h1 className="line theirs mono">{path}</h1>
            {data && <span className="dim line">{bytes(data.size)}</span>}
            {data?.is_packed && (
              <span className="chip" title={t.packedLong}>
                {t.packed}
              </span>
            )}
          </>
        }
      >
        {canWrite && (
          <Button icon="plus" onClick={() => setDialog("add")}>
            {t.addRow}
          </Button>
        )}
        <Button onClick={() => setDialog("split")} disabled={!data}>
          {t.split}
        </Button>
        <Button primary icon="play" onClick={() => setDialog("run")}>
          {t.run}
        </Button>
      </Bar>
      <div className="split">
        <div className="content">
          <div className="list-tools">
            <Segments
              label={t.view}
              value={tab}
              onChange={show}
              options={[
                { value: "", label: t.rows },
                { value: "checks", label: t.checks },
                { value: "history", label: t.history },
              ]}
            />
            {tab === "" && (
              <>
                <FilterField
                  id="dataset-filter"
                  aria-label={t.filterRows}
                  placeholder={`${t.filterRows}  /`}
                  value={q}
                  onChange={(event) => setQ(event.target.value)}
                />
                <LineField line={wanted} />
                {data !== null && (data.bad > 0 || only === "bad") && (
                  <Button
                    className="small"
                    icon="warn"
                    title={t.badLong}
                    aria-pressed={only === "bad"}
                    onClick={() => setOnly(only === "bad" ? "" : "bad")}
                  >
                    {t.bad(count(data.bad))}
                  </Button>
                )}
                <span className="grow" />
                {data && (
                  <span className="dim line" role="status">
                    {t.count(data.matching.toLocaleString("en"), data.total.toLocaleString("en"))}
                  </span>
                )}
              </>
            )}
          </div>
          {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
          {!data && listed.loading && <Loading />}
          {data && tab === "checks" && <Checks path={path} keys={data.keys.map((each) => each.name)} />}
          {data && tab === "history" && <History path={path} version={data.digest} />}
          {data && tab === "" && (
            <RowGrid
              of={data}
              listed={listed}
              rows={rows}
              isFiltered={Boolean(asked || only)}
              at={at}
              onAt={goTo}
              onOpen={(row) => open(row, !line)}
              onLeave={leave}
              isOpen={line > 0}
              handle={handle}
            />
          )}
        </div>
        {data && line > 0 && tab === "" && (
          <RowPanel
            key={line}
            path={path}
            line={line}
            digest={data.digest}
            canWrite={canWrite}
            onChanged={listed.reload}
            onClose={leave}
          />
        )}
      </div>
      {dialog === "add" && (
        <AddDialog path={path} keys={data?.keys ?? []} onAdded={listed.reload} onClose={() => setDialog("")} />
      )}
      {dialog === "split" && data && (
        <SplitDialog path={path} digest={data.digest} total={data.total} onClose={() => setDialog("")} />
      )}
      {(dialog === "run" || dialog === "plan") && (
        <Launch
          kind={dialog}
          like={{ target: lastForm.get().target, data: path, trials: 1 }}
          onKind={setDialog}
          onClose={() => setDialog("")}
        />
      )}
    </>
  );
}

/** An address that names a line: its row is looked for, and the cursor put there. */
function useArrival(path: string, line: number, ready: boolean, arrive: (index: number) => void): void {
  const latest = useRef(arrive);
  latest.current = arrive;
  const last = useRef(0);
  useEffect(() => {
    if (!ready || !line || last.current === line) return;
    last.current = line;
    const control = new AbortController();
    ask("get_dataset_row", { path, line }, { signal: control.signal }).then(
      (row) => latest.current(row.index),
      () => undefined, // the panel says it
    );
    return () => control.abort();
  }, [path, line, ready]);
}

function LineField({ line }: { line: string }) {
  const t = useWords(words);
  const [typed, setTyped] = useState(line);
  useEffect(() => setTyped(line), [line]);
  return (
    <input
      id="dataset-line"
      className="input line-field"
      inputMode="numeric"
      aria-label={t.toLine}
      placeholder={`${t.line}  G`}
      value={typed}
      onChange={(event) => setTyped(event.target.value.replace(/\D/g, ""))}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        event.currentTarget.blur();
        document.querySelector<HTMLElement>("[role=grid]")?.focus();
        if (event.key === "Enter") changeQuery({ line: typed }, { push: true });
      }}
    />
  );
}
