/** Runs side by side: what they come to, then row by row; several candidates are `Several`'s. */
import { useEffect, useMemo, useRef, useState } from "react";
import { type Asked, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { changeQuery, usePlace, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { notifyProblem } from "../../app/toasts";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { usePaged } from "../../state/paged";
import { heads, type RunHead } from "../../state/project";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import type { GridAt, GridHandle } from "../../ui/Grid";
import { Loading, ProblemNote } from "../../ui/Told";
import { Chooser } from "./Chooser";
import { chosenIn } from "./chosen";
import { exportRows } from "./exporting";
import { type Comparison, columnsOf, keyOf, type Row, rowKey } from "./figures";
import { useFound } from "./found";
import { Pick } from "./Pick";
import { RowPanel } from "./RowPanel";
import { Rows } from "./Rows";
import { Several } from "./Several";
import { Summary } from "./Summary";
import { words } from "./words";
import "../../ui/trace/trace.css";
import "../../look/lists.css";
import "./compare.css";

const LIMIT = 200;

/** The run before another one, over the same target and data if there is one. */
export function before(runs: readonly RunHead[], id: string): string {
  const at = runs.findIndex((each) => each.id === id);
  const of = runs[at];
  if (!of) return "";
  const older = runs.slice(at + 1).filter((each) => each.target === of.target);
  return (older.find((each) => each.data === of.data) ?? older[0])?.id ?? "";
}

function useRuns(): { runs: RunHead[]; ready: boolean } {
  const told = useStore(heads);
  const listed = useLoaded("runs", (signal) => ask("list_runs", { limit: LIMIT }, { signal }));
  const runs = useMemo(() => {
    const all = new Map((listed.data?.runs ?? []).map((each) => [each.id, each]));
    for (const [id, head] of told) all.set(id, head);
    return [...all.values()].sort((x, y) => y.started_ms - x.started_ms);
  }, [listed.data, told]);
  return { runs, ready: listed.data !== null };
}

export default function ComparePage() {
  const t = useWords(words);
  const { query } = usePlace();
  const [choosing] = useQuery("choose");
  const chosen = useMemo(() => chosenIn(query), [query]);
  const { a, candidates } = chosen;
  const [b = ""] = candidates;
  const { runs, ready } = useRuns();
  useTitle(t.compare);
  useEffect(() => {
    const found = ready && b && !a && !choosing ? before(runs, b) : "";
    if (found) changeQuery({ a: found });
  }, [ready, runs, a, b, choosing]);
  if (!choosing && a && candidates.length > 1) {
    return <Several key={`${a} ${candidates.join(" ")}`} chosen={chosen} query={query} runs={runs} />;
  }
  if (!choosing && a && b) return <Compared key={`${a} ${b}`} a={a} b={b} runs={runs} />;
  return (
    <>
      <Bar title={<h1>{t.compare}</h1>} />
      <div className="content">
        {ready ? <Chooser runs={runs} chosen={chosen} query={query} isOpen={choosing !== ""} /> : <Loading />}
      </div>
    </>
  );
}

function Compared({ a, b, runs }: { a: string; b: string; runs: readonly RunHead[] }) {
  const t = useWords(words);
  const f = useWords(frame);
  const [only] = useQuery("only");
  const [sort] = useQuery("sort");
  const [q] = useQuery("q");
  const [given] = useQuery("by");
  const [key] = useQuery("key");
  const [value] = useQuery("value");
  const [row] = useQuery("row");
  const by = given || "ok";
  const asked = { a, b, only, sort, q, by, key, value } as Asked<"compare_runs">;
  const listed = usePaged<Row, Comparison>(JSON.stringify(asked), `${a} ${b}`, (offset, limit, signal) =>
    ask("compare_runs", { ...asked, offset, limit }, { signal }),
  );
  const { data, matching } = listed;
  const figures = useMemo(() => (data ? columnsOf(data.figures, sort) : []), [data, sort]);
  const [at, setAt] = useState<GridAt>({ row: 0, column: 1 });
  const [saving, setSaving] = useState(false);
  const handle = useRef<GridHandle>(null);
  const chosen = rowKey(row);

  const keyAt = (place: number): string => {
    const found = listed.row(place);
    return found ? keyOf(found) : "";
  };
  useFound({
    wanted: row,
    matching,
    version: listed.version,
    keyAt,
    at: at.row,
    onFound: (place) => {
      setAt((was) => ({ ...was, row: place }));
      handle.current?.reveal(place);
    },
  });
  const open = (place: number, push = false): void => {
    const found = listed.row(place);
    if (found) changeQuery({ row: keyOf(found) }, { push });
  };
  const goTo = (to: GridAt): void => {
    setAt(to);
    if (chosen) open(to.row);
  };
  const step = (by_: number): void => {
    const place = Math.max(0, Math.min(matching - 1, chosen ? at.row + by_ : at.row));
    setAt((was) => ({ ...was, row: place }));
    handle.current?.reveal(place);
    handle.current?.focus();
    open(place, !chosen);
  };
  const leave = (): void => {
    changeQuery({ row: "" });
    handle.current?.focus();
  };
  const pick = (side: "a" | "b", run: string): void =>
    changeQuery({ [side]: run, row: "", key: "", value: "" }, { push: true });
  const choose = (): void => changeQuery({ choose: 1, row: "" }, { push: true });
  const swap = (): void => changeQuery({ a: b, b: a, row: "" }, { push: true });
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await exportRows(asked);
    } catch (error) {
      notifyProblem(error);
    } finally {
      setSaving(false);
    }
  };
  useActions([
    { id: "compare-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "compare-open", label: f.open, keys: "Enter", inStatus: true },
    { id: "compare-next", label: t.next, keys: "j", inStatus: true, run: () => step(1) },
    { id: "compare-previous", label: t.previous, keys: "k", run: () => step(-1) },
    {
      id: "compare-filter",
      label: t.filterRows,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById("compare-filter")?.focus(),
    },
    { id: "compare-swap", label: t.swapLong, keys: "s", inStatus: true, run: swap },
    { id: "compare-choose", label: t.addCandidate, keys: "c", inStatus: true, run: choose },
    { id: "compare-others", label: t.chooseOthers, run: () => changeQuery({ a: "", b: "", row: "" }, { push: true }) },
    { id: "compare-export", label: t.export, run: () => void save() },
    ...(chosen ? [{ id: "compare-leave", label: f.close, keys: "Escape", inStatus: true, run: leave }] : []),
  ]);
  const current = listed.row(at.row);
  const shown = current && keyOf(current) === row ? current : undefined;
  return (
    <>
      <Bar title={<h1>{t.compare}</h1>}>
        <Pick label={t.baseline} value={a} runs={runs} onPick={(run) => pick("a", run)} />
        <Button icon="compare" label={t.swapLong} onClick={swap} />
        <Pick label={t.candidate} value={b} runs={runs} onPick={(run) => pick("b", run)} />
        <Button icon="plus" label={t.addCandidate} onClick={choose} />
        <Button icon="save" disabled={saving || !data} onClick={() => void save()}>
          {saving ? t.exporting : t.export}
        </Button>
      </Bar>
      <div className="split">
        <div className="content compare-page">
          {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
          {!data && listed.loading && <Loading />}
          {data && <Notes of={data} />}
          {data && (
            <Summary
              of={data}
              by={by}
              chosen={{ key, value }}
              onBy={(name) => changeQuery({ by: name === "ok" ? "" : name })}
              onSlice={(slice) => changeQuery({ key: slice?.key, value: slice?.value, row: "" })}
            />
          )}
          {data && (
            <Rows
              of={data}
              listed={listed}
              figures={figures}
              view={{ only, sort, q, key, value }}
              at={at}
              onAt={goTo}
              onOpen={(place) => open(place, !chosen)}
              onLeave={leave}
              isOpen={chosen !== null}
              handle={handle}
            />
          )}
        </div>
        {chosen && <RowPanel a={a} b={b} at={chosen} row={shown} figures={data?.figures ?? []} onClose={leave} />}
      </div>
    </>
  );
}

function Notes({ of }: { of: Comparison }) {
  const t = useWords(words);
  return (
    <>
      {of.unlike.length > 0 && <p className="notice">{t.unlike(of.unlike.join(", "))}</p>}
      {of.missing.length > 0 && <p className="notice plain">{t.missing(of.missing.join(", "))}</p>}
      {!of.complete && <p className="notice">{t.incomplete}</p>}
      {of.a.data !== of.b.data && <p className="notice plain">{t.otherData}</p>}
    </>
  );
}
