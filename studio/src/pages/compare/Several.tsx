/** Several candidates beside one baseline: what each came to, then row by row. */
import { useRef, useState } from "react";
import { type Asked, ask } from "../../api/client";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { changeQuery, navigate, useQuery } from "../../app/router";
import { notifyProblem } from "../../app/toasts";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { usePaged } from "../../state/paged";
import type { RunHead } from "../../state/project";
import { Button } from "../../ui/Button";
import type { GridAt, GridHandle } from "../../ui/Grid";
import { Loading, ProblemNote } from "../../ui/Told";
import { CandidatePanel } from "./CandidatePanel";
import { CandidateRows } from "./CandidateRows";
import { CandidateTable } from "./CandidateTable";
import { type CandidateRow, type Candidates, keyOfRow, letterOf, nextCandidate, placesOf } from "./candidates";
import { addressOf, type Chosen } from "./chosen";
import { exportCandidates } from "./exporting";
import { useFound } from "./found";
import { Pick } from "./Pick";
import { words } from "./words";

/** What an address says of rows that holds for other runs, too. */
const KEPT = ["only", "sort", "q"];

export function Several({ chosen, query, runs }: { chosen: Chosen; query: string; runs: readonly RunHead[] }) {
  const t = useWords(words);
  const f = useWords(frame);
  const [only] = useQuery("only");
  const [on] = useQuery("on");
  const [sort] = useQuery("sort");
  const [q] = useQuery("q");
  const [row] = useQuery("row");
  const { a, candidates } = chosen;
  const asked = { a, b: [...candidates], only, on, sort, q } as Asked<"compare_candidates">;
  const listed = usePaged<CandidateRow, Candidates>(
    JSON.stringify(asked),
    `${a} ${candidates.join(" ")}`,
    (offset, limit, signal) => ask("compare_candidates", { ...asked, offset, limit }, { signal }),
  );
  const { data, matching } = listed;
  const [at, setAt] = useState<GridAt>({ row: 0, column: 1 });
  const [saving, setSaving] = useState(false);
  const handle = useRef<GridHandle>(null);
  const go = (to: Chosen): void => navigate(addressOf(to, query, KEPT));
  const without = (run: string): Chosen => ({ a, candidates: candidates.filter((each) => each !== run) });

  const keyAt = (place: number): string => {
    const found = listed.row(place);
    return found ? keyOfRow(found) : "";
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
    if (found) changeQuery({ row: keyOfRow(found) }, { push });
  };
  const goTo = (to: GridAt): void => {
    setAt(to);
    if (row) open(to.row);
  };
  const step = (by: number): void => {
    const place = Math.max(0, Math.min(matching - 1, row ? at.row + by : at.row));
    setAt((was) => ({ ...was, row: place }));
    handle.current?.reveal(place);
    handle.current?.focus();
    open(place, !row);
  };
  const leave = (): void => {
    changeQuery({ row: "" });
    handle.current?.focus();
  };
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await exportCandidates(asked);
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
    {
      id: "compare-on",
      label: t.nextCandidate,
      keys: "v",
      inStatus: true,
      run: () => data && changeQuery({ on: nextCandidate(data, on), row: "" }),
    },
    {
      id: "compare-choose",
      label: t.chooseCandidates,
      keys: "c",
      inStatus: true,
      run: () => changeQuery({ choose: 1, row: "" }, { push: true }),
    },
    { id: "compare-export", label: t.export, run: () => void save() },
    ...candidates.flatMap((run, place) => [
      {
        id: `compare-alone-${place}`,
        label: t.alone(letterOf(place)),
        run: () => go({ a, candidates: [run] }),
      },
      { id: `compare-remove-${place}`, label: t.remove(letterOf(place)), run: () => go(without(run)) },
      {
        id: `compare-baseline-${place}`,
        label: t.makeBaseline(letterOf(place)),
        run: () => go({ a: run, candidates: [a, ...without(run).candidates] }),
      },
    ]),
    ...(row ? [{ id: "compare-leave", label: f.close, keys: "Escape", inStatus: true, run: leave }] : []),
  ]);
  const current = listed.row(at.row);
  const opened = placesOf(row, 1 + candidates.length);
  const shown = current && keyOfRow(current) === row ? current : undefined;
  return (
    <>
      <Bar title={<h1>{t.compare}</h1>}>
        <Pick
          label={t.baseline}
          value={a}
          runs={runs}
          onPick={(run) => go({ a: run, candidates: candidates.map((each) => (each === run ? a : each)) })}
        />
        <Button icon="compare" onClick={() => changeQuery({ choose: 1, row: "" }, { push: true })}>
          {t.chooseCandidates}
        </Button>
        <Button icon="save" disabled={saving || !data} onClick={() => void save()}>
          {saving ? t.exporting : t.export}
        </Button>
      </Bar>
      <div className="split">
        <div className="content compare-page">
          {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
          {!data && listed.loading && <Loading />}
          {data && <Notes of={data} />}
          {data && <CandidateTable of={data} on={on} onRemove={(run) => go(without(run))} />}
          {data && (
            <CandidateRows
              of={data}
              listed={listed}
              view={{ only, on, sort, q }}
              at={at}
              onAt={goTo}
              onOpen={(place) => open(place, !row)}
              onLeave={leave}
              isOpen={row !== ""}
              handle={handle}
            />
          )}
        </div>
        {opened && data && <CandidatePanel of={data} at={opened} row={shown} onClose={leave} />}
      </div>
    </>
  );
}

function Notes({ of }: { of: Candidates }) {
  const t = useWords(words);
  const named = of.candidates.map((each, place) => ({ ...each, letter: letterOf(place) }));
  return (
    <>
      {named.map(
        (each) =>
          each.unlike.length > 0 && (
            <p key={each.letter} className="notice">
              {each.letter}: {t.unlikeBaseline(each.unlike.join(", "))}
            </p>
          ),
      )}
      {named.map(
        (each) =>
          each.missing.length > 0 && (
            <p key={each.letter} className="notice plain">
              {each.letter}: {t.missing(each.missing.join(", "))}
            </p>
          ),
      )}
      {!of.complete && <p className="notice">{t.incomplete}</p>}
    </>
  );
}
