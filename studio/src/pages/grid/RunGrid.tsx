/** The grid itself: the sample stands still, then a column a step. */
import { type Ref, useCallback, useMemo } from "react";
import { changeQuery } from "../../app/router";
import { duration } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { hueOf } from "../../look/kinds";
import { Grid, type GridAt, type GridColumn, type GridHandle } from "../../ui/Grid";
import { meanText } from "../../ui/scores";
import { Tip } from "../../ui/Tip";
import { NumberCell, SampleCell, StepCell } from "./cells";
import { type Column, type GridData, keyOf, type ScoreColumn } from "./data";
import { namesIn } from "./keys";
import { ScoreCellView } from "./ScoreCellView";
import { words } from "./words";

interface Props {
  data: GridData;
  at: GridAt;
  onAt: (at: GridAt) => void;
  onOpen: (at: GridAt) => void;
  onLeave: () => void;
  isOpen: boolean;
  sort: string;
  /** Whose scores are sorted by. */
  by: string;
  onSort: (sort: string) => void;
  handle: Ref<GridHandle>;
}

function Head({ column }: { column: Column }) {
  const t = useWords(words);
  return (
    <>
      <span className="head-name">
        <span className="dot" style={{ background: `var(${hueOf(column.kind)})` }} />
        <span className="line theirs" title={column.step}>
          {column.name}
        </span>
        {column.changed && (
          <Tip className="head-badge" text={[t.changedWhat, ...column.causes].join("\n")}>
            {t.changed}
          </Tip>
        )}
      </span>
      {column.ran > 0 && <span className="end-note">{duration(column.mean_ms)}</span>}
    </>
  );
}

/** A head that sorts: the worst score first, then the best, then as in the dataset. */
function ScoreHead({ column, order }: { column: ScoreColumn; order: "ascending" | "descending" | "none" }) {
  const t = useWords(words);
  const next = order === "none" ? "score" : order === "ascending" ? "-score" : "";
  return (
    <button
      type="button"
      className="grid-sort"
      title={[column.told, t.sortScore].filter(Boolean).join("\n")}
      onClick={() => changeQuery({ sort: next, by: next ? column.scorer : "" })}
    >
      <span className="dot" style={{ background: "var(--kind-score)" }} />
      <span className="line theirs">{column.scorer}</span>
      {order === "ascending" ? "↑" : order === "descending" ? "↓" : ""}
      {column.mean !== null && <span className="end-note">{meanText(column.mean, column)}</span>}
    </button>
  );
}

/** What a column's head says: heads are drawn anew when this changes, not with every figure of a live run. */
const said = (columns: readonly Column[]): string =>
  JSON.stringify(columns.map((each) => [each.step, each.cell, each.changed, each.causes, duration(each.mean_ms)]));
const saidOfScores = (scorers: readonly ScoreColumn[]): string =>
  JSON.stringify(scorers.map((each) => [each.scorer, each.mean, each.is_share, each.told]));

export function RunGrid({ data, at, onAt, onOpen, onLeave, isOpen, sort, by, onSort, handle }: Props) {
  const t = useWords(words);
  const state = data.store.get();
  const { columns, scorers, head } = state;
  const trials = head?.trials ?? 1;
  const heads = said(columns) + saidOfScores(scorers);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the heads say decides
  const shown = useMemo<GridColumn[]>(() => {
    const turned = sort === "input" ? "-input" : sort === "-input" ? "" : "input";
    const order = sort === "input" ? "ascending" : sort === "-input" ? "descending" : "none";
    return [
      { key: "#", head: <span className="dim">#</span>, width: trials > 1 ? 76 : 56, frozen: true, align: "end" },
      {
        key: "sample",
        width: 170,
        grow: 1.5,
        frozen: true,
        sort: order,
        head: (
          <button type="button" className="grid-sort" onClick={() => onSort(turned)}>
            {t.sample} {order === "ascending" ? "↑" : order === "descending" ? "↓" : ""}
          </button>
        ),
      },
      ...columns.map((column) => ({
        key: column.step,
        width: column.changed ? 190 : 130,
        grow: 1,
        head: <Head column={column} />,
      })),
      ...scorers.map((each, i): GridColumn => {
        const isBy = sort.endsWith("score") && (by ? by === each.scorer : i === 0);
        const order_ = !isBy ? "none" : sort === "score" ? "ascending" : "descending";
        return {
          key: `score ${each.scorer}`,
          width: 128,
          grow: 0.2,
          sort: order_,
          head: <ScoreHead column={each} order={order_} />,
        };
      }),
    ];
  }, [heads, trials, sort, by, onSort, t]);

  const names = namesIn(state.rows.slice(0, 60).map((held) => held?.row[3] ?? ""));
  const cell = useCallback(
    (row: number, column: number) => {
      const { rows, columns: steps, partial } = data.store.get();
      const held = rows[row];
      if (!held) return column === 1 ? <span className="dim">…</span> : null;
      if (column === 0) return <NumberCell row={held.row} trials={trials} />;
      if (column === 1) return <SampleCell row={held.row} names={names} />;
      const step = steps[column - 2];
      if (!step) {
        const place = column - 2 - steps.length;
        const scale = data.store.get().scorers[place];
        return scale ? <ScoreCellView cell={held.scores[place]} scale={scale} t={t} /> : null;
      }
      const writing = partial.get(keyOf(held.row[0], held.row[1]))?.get(step.step);
      return <StepCell cell={held.row[7][step.cell]} partial={writing} error={held.row[6]} t={t} />;
    },
    [data, trials, t, names],
  );
  const cellClass = useCallback(
    (row: number, column: number) => {
      const { rows, columns: steps } = data.store.get();
      const step = steps[column - 2];
      if (step) return rows[row]?.row[7][step.cell]?.[0] === 3 ? "error" : "";
      return rows[row]?.scores[column - 2 - steps.length]?.[0] === 4 ? "error" : "";
    },
    [data],
  );
  const stamp = useCallback(
    (row: number, column: number) => {
      const { rows, columns: steps } = data.store.get();
      const step = steps[column - 2];
      if (step) return rows[row]?.stamps[step.cell] ?? 0;
      return JSON.stringify(rows[row]?.scores[column - 2 - steps.length]?.slice(0, 3) ?? 0);
    },
    [data],
  );
  const onSeen = useCallback((first: number, last: number) => data.see(first, last), [data]);
  return (
    <Grid
      handle={handle}
      label={t.samples}
      columns={shown}
      rows={state.matching}
      rowKey={(row) => {
        const held = state.rows[row];
        return held ? keyOf(held.row[0], held.row[1]) : `at${row}`;
      }}
      version={(row) => state.rows[row]?.version ?? 0}
      drawing={cell}
      cell={cell}
      cellClass={cellClass}
      stamp={stamp}
      at={at}
      onAt={onAt}
      onOpen={onOpen}
      onLeave={onLeave}
      isOpen={isOpen}
      onSeen={onSeen}
    />
  );
}
