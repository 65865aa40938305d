/** The traces, newest first: filtered, followed as they end, peeked at, opened. */
import { useEffect, useMemo, useRef, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { address, changeQuery, navigate, usePlace, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { count } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Grid, type GridAt, type GridHandle } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { TracePanel } from "../../ui/trace/TracePanel";
import { columnsOf, TraceCell } from "./columns";
import { useTraces } from "./data";
import { FilterChips, FilterDialog, SearchField, ViewsDialog } from "./FilterTools";
import { filtersIn, noteList } from "./filters";
import { words } from "./words";
import "./traces.css";

const AHEAD = 30;

export function TraceListPage() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const place = usePlace();
  const filters = useMemo(() => filtersIn(place.query), [place.query]);
  const [live] = useQuery("live");
  const [peek] = useQuery("peek");
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const [dialog, setDialog] = useState<"" | "filters" | "views">("");
  const first = useRef(0);
  const handle = useRef<GridHandle>(null);
  const byPointer = useRef(false);
  const isLive = live !== "off";
  const listed = useTraces(filters, isLive, () => first.current === 0 && at.row === 0 && !peek);
  const status = useLoaded("status", (signal) => ask("status", {}, { signal }));
  const { traces } = listed;
  useTitle(t.traces);
  useEffect(() => noteList(place.path + place.query), [place]);

  const now = useRef({ traces, listed });
  now.current = { traces, listed };
  const onSeen = useRef((from: number, to: number) => {
    first.current = from;
    if (to > now.current.traces.length - AHEAD) now.current.listed.further();
  }).current;

  const filtered = JSON.stringify(filters);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its beginning
  useEffect(() => setAt({ row: 0, column: 0 }), [filtered]);
  const peeked = peek ? traces.findIndex((each) => each.trace === peek) : -1;
  useEffect(() => {
    if (peeked >= 0) setAt((was) => (was.row === peeked ? was : { ...was, row: peeked }));
  }, [peeked]);
  const peekAt = (row: number): void => changeQuery({ peek: traces[row]?.trace ?? "" });
  const open = (row: number): void => {
    const trace = traces[row];
    if (trace) navigate(address("/traces/:trace", { trace: trace.trace }));
  };
  const goTo = (to: GridAt): void => {
    setAt(to);
    if (peek) peekAt(to.row);
  };
  const step = (by: number): void => {
    const row = Math.max(0, Math.min(traces.length - 1, peek ? at.row + by : at.row));
    setAt((was) => ({ ...was, row }));
    handle.current?.reveal(row);
    handle.current?.focus();
    peekAt(row);
  };
  const closePeek = (): void => {
    changeQuery({ peek: "" });
    handle.current?.focus();
  };
  useActions([
    { id: "traces-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "traces-peek", label: t.peek, keys: "j", inStatus: true, run: () => step(1) },
    { id: "traces-peek-up", label: t.peek, keys: "k", onlyKeys: true, run: () => step(-1) },
    { id: "traces-open", label: f.open, keys: "Enter", inStatus: true },
    ...(peek ? [{ id: "traces-unpeek", label: f.close, keys: "Escape", inStatus: true, run: closePeek }] : []),
    {
      id: "traces-find",
      label: f.filter,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById("traces-filter")?.focus(),
    },
    { id: "traces-filters", label: t.filtersLong, keys: "f", run: () => setDialog("filters") },
    { id: "traces-views", label: t.views, keys: "v", run: () => setDialog("views") },
    { id: "traces-live", label: t.liveLong, keys: "t", run: () => changeQuery({ live: isLive ? "off" : "" }) },
    { id: "traces-new", label: t.fresh(listed.waiting.length), keys: "n", run: listed.showWaiting },
  ]);

  const names = useMemo(() => [...new Set(traces.map((each) => each.name))].sort(), [traces]);
  const models = useMemo(
    () => [...new Set([...(status.data?.models ?? []), ...traces.flatMap((each) => each.models)])].sort(),
    [traces, status.data],
  );
  const columns = useMemo(() => columnsOf(t), [t]);
  const isEmpty = traces.length === 0;
  const scanned = count(listed.scanned);
  return (
    <>
      <Bar title={<h1>{t.traces}</h1>}>
        <SearchField filters={filters} />
        <Button onClick={() => setDialog("filters")}>{t.filters}</Button>
        <Button onClick={() => setDialog("views")}>{t.views}</Button>
        <Button title={t.liveLong} aria-pressed={isLive} onClick={() => changeQuery({ live: isLive ? "off" : "" })}>
          <span className={`dot round live-dot${isLive ? " on" : ""}`} />
          {t.live}
        </Button>
      </Bar>
      <div className="split">
        <div className="content">
          <div className="list-line">
            <FilterChips filters={filters} />
            <span className="grow" />
            {listed.waiting.length > 0 && (
              <Button className="small" icon="up" onClick={listed.showWaiting}>
                {t.fresh(listed.waiting.length)}
              </Button>
            )}
            <span className="dim" role="status">
              {listed.more ? t.looked(count(traces.length), scanned) : isEmpty ? "" : t.all(count(traces.length))}
            </span>
          </div>
          {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
          {isEmpty && listed.loading ? (
            <Loading />
          ) : isEmpty ? (
            <Nothing filtered={filtered !== "{}"} more={listed.more} scanned={scanned} onFurther={listed.further} />
          ) : (
            <div
              className="traces-list"
              onPointerDownCapture={() => {
                byPointer.current = true;
              }}
              onKeyDownCapture={() => {
                byPointer.current = false;
              }}
            >
              <Grid
                label={t.traces}
                columns={columns}
                rows={traces.length}
                version={(row) => traces[row]?.span ?? ""}
                drawing={`${spoken} ${peek}`}
                cell={(row, column) => <TraceCell of={traces[row]} column={columns[column]?.key ?? ""} />}
                cellClass={(row) => (traces[row]?.trace === peek && peek ? "peeked" : "")}
                at={at}
                onAt={goTo}
                onOpen={({ row }) => (byPointer.current ? peekAt(row) : open(row))}
                {...(peek ? { onLeave: closePeek } : {})}
                isOpen={Boolean(peek)}
                onSeen={onSeen}
                handle={handle}
              />
            </div>
          )}
        </div>
        {peek && <TracePanel traceId={peek} onClose={closePeek} />}
      </div>
      {dialog === "filters" && (
        <FilterDialog filters={filters} names={names} models={models} onClose={() => setDialog("")} />
      )}
      {dialog === "views" && <ViewsDialog filters={filters} onClose={() => setDialog("")} />}
    </>
  );
}

interface NothingProps {
  filtered: boolean;
  more: boolean;
  scanned: string;
  onFurther: () => void;
}

function Nothing({ filtered, more, scanned, onFurther }: NothingProps) {
  const t = useWords(words);
  if (!filtered && !more) {
    return (
      <Empty title={t.noTraces}>
        <p>{t.noTracesHow}</p>
      </Empty>
    );
  }
  return (
    <Empty title={t.nothing}>
      <p>{more ? t.nothingMore(scanned) : t.nothingAll(scanned)}</p>
      {more && <Button onClick={onFurther}>{t.further}</Button>}
    </Empty>
  );
}
