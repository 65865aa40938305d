/** Which runs: the list of them, and a key for each side. */
import { useState } from "react";
import { useActions } from "../../app/actions";
import { navigate } from "../../app/router";
import { moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import type { RunHead } from "../../state/project";
import { Button } from "../../ui/Button";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty } from "../../ui/Told";
import { addressOf, type Chosen, taken } from "./chosen";
import { words } from "./words";

interface Props {
  runs: readonly RunHead[];
  chosen: Chosen;
  query: string;
  /** It stays until one says that these are all: else it is done with two. */
  isOpen: boolean;
}

export function Chooser({ runs, chosen, query, isOpen }: Props) {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const [at, setAt] = useState<GridAt>({ row: 0, column: 1 });
  const { a, candidates } = chosen;
  const isWhole = a !== "" && candidates.length > 0;
  const take = (side: "a" | "b", row: number): void => {
    const run = runs[row]?.id ?? "";
    if (!run) return;
    const [first = ""] = candidates;
    const next = isOpen
      ? taken(chosen, side, run)
      : side === "a"
        ? { a: run, candidates: first && first !== run ? [first] : [] }
        : { a: a === run ? "" : a, candidates: [run] };
    navigate(`${addressOf(next)}${isOpen ? `${addressOf(next).includes("?") ? "&" : "?"}choose=1` : ""}`, {
      replace: isOpen,
    });
  };
  const done = (): void => {
    if (isWhole) navigate(addressOf(chosen, query, ["only", "sort", "q"]));
  };
  useActions([
    { id: "compare-a", label: t.asBaseline, keys: "a", inStatus: true, run: () => take("a", at.row) },
    { id: "compare-b", label: t.asCandidate, keys: "b", inStatus: true, run: () => take("b", at.row) },
    { id: "compare-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "compare-take", label: t.take, keys: "Enter", inStatus: true },
    ...(isOpen ? [{ id: "compare-done", label: t.done, keys: "c", inStatus: true, run: done }] : []),
  ]);
  if (runs.length < 2) {
    return (
      <Empty title={t.tooFewRuns}>
        <p>{t.tooFewRunsHow}</p>
      </Empty>
    );
  }
  const columns: GridColumn[] = [
    { key: "side", head: <span className="unseen">{t.take}</span>, width: 190, frozen: true },
    { key: "target", head: t.target, width: 180, grow: 2 },
    { key: "data", head: t.data, width: 180, grow: 2 },
    { key: "started", head: t.started, width: 130 },
    { key: "items", head: t.items, width: 90, align: "end" },
    { key: "failed", head: t.failedItems, width: 90, align: "end" },
    { key: "id", head: t.run, width: 160 },
  ];
  const cell = (row: number, column: number) => {
    const run = runs[row];
    if (!run) return null;
    if (column === 0) {
      return (["a", "b"] as const).map((side) => (
        <Button
          key={side}
          className="small side"
          tabIndex={-1}
          aria-pressed={side === "a" ? a === run.id : candidates.includes(run.id)}
          onClick={() => take(side, row)}
        >
          {side === "a" ? t.baseline : t.candidate}
        </Button>
      ));
    }
    return [
      null,
      <span key="t" className="line theirs">
        {run.target}
      </span>,
      <span key="d" className="line theirs soft">
        {run.data}
      </span>,
      moment(run.started_ms, spoken),
      run.items,
      run.failed || "",
      <span key="i" className="mono dim line">
        {run.id}
      </span>,
    ][column];
  };
  return (
    <>
      <div className="notice plain">
        <strong>{isOpen ? t.chooseSeveral : t.chooseTwo}.</strong> {isOpen ? t.chooseSeveralHow : t.chooseHow}
        {isOpen && (
          <Button primary className="small" disabled={!isWhole} onClick={done}>
            {t.compareCount(candidates.length)}
          </Button>
        )}
      </div>
      <Grid
        label={isOpen ? t.chooseSeveral : t.chooseTwo}
        columns={columns}
        rows={runs.length}
        version={(row) => runs[row]?.id ?? ""}
        drawing={`${a} ${candidates.join(" ")} ${spoken} ${runs.length}`}
        cell={cell}
        at={at}
        onAt={setAt}
        onOpen={({ row, column }) => column !== 0 && take(a && a !== runs[row]?.id ? "b" : "a", row)}
      />
    </>
  );
}
