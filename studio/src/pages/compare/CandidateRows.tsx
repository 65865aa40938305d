/** The baseline's rows with an answer of each candidate: filtered, sorted by loss, one line each. */
import type { ReactNode, Ref } from "react";
import { changeQuery } from "../../app/router";
import { count, moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import type { Paged } from "../../state/paged";
import { Button } from "../../ui/Button";
import { FilterField, Segments } from "../../ui/Field";
import { Grid, type GridAt, type GridColumn, type GridHandle } from "../../ui/Grid";
import { Empty } from "../../ui/Told";
import { type CandidateCell, type CandidateRow, type Candidates, keyOfRow, letterOf } from "./candidates";
import { delta, nameOf, toneOf } from "./figures";
import { words } from "./words";

interface Props {
  of: Candidates;
  listed: Paged<CandidateRow, Candidates>;
  view: { readonly only: string; readonly on: string; readonly sort: string; readonly q: string };
  at: GridAt;
  onAt: (at: GridAt) => void;
  onOpen: (row: number) => void;
  onLeave: () => void;
  isOpen: boolean;
  handle: Ref<GridHandle>;
}

const PLACES = 3;

export function CandidateRows({ of, listed, view, at, onAt, onOpen, onLeave, isOpen, handle }: Props) {
  const t = useWords(words);
  const spoken = useLanguage();
  const { sort } = view;
  const columns: GridColumn[] = [
    { key: "n", head: "#", width: 56, frozen: true, align: "end" },
    { key: "input", head: t.sample, width: 190, grow: 2, frozen: true },
    { key: "a", head: <span className="line">A · {t.baseline}</span>, width: 200, grow: 3 },
    ...of.candidates.map(
      (each, place): GridColumn => ({
        key: each.run.run,
        head: (
          <span className="line">
            {letterOf(place)} · {moment(each.run.started_ms, spoken)}
          </span>
        ),
        width: 220,
        grow: 3,
      }),
    ),
  ];
  const cell = (place: number, column: number): ReactNode => {
    const row = listed.row(place);
    if (!row) return column === 1 ? <span className="dim">…</span> : null;
    if (column === 0) return <span className="dim">{row.a.index}</span>;
    if (column === 1) return <span className="line theirs">{row.input}</span>;
    if (column === 2) return <span className="line theirs">{row.a.error || row.a.preview}</span>;
    return answered(row.cells[column - PLACES] ?? null, column - PLACES);
  };
  const answered = (each: CandidateCell | null, place: number): ReactNode => {
    if (!each) return <span className="dim">{t.st_only_a}</span>;
    const figure = sort && of.figures.find((one) => one.name === sort.replace(/^-/, ""))?.of[place];
    const change = figure ? each.deltas[figure.name] : undefined;
    return (
      <>
        {each.state !== "same" && <span className={`chip pair-${each.state}`}>{t[`st_${each.state}`]}</span>}
        {figure && change !== undefined && change !== 0 && (
          <span className={`mono ${toneOf(figure.better, change)}`}>{delta(figure, change)}</span>
        )}
        <span className={`line theirs${each.state === "same" ? " dim" : ""}`}>
          {each.side.error || each.side.preview}
        </span>
      </>
    );
  };
  const failed = (place: number, column: number): string => {
    const row = listed.row(place);
    const side = column === 2 ? row?.a : row?.cells[column - PLACES]?.side;
    return column >= 2 && side?.state === "failed" ? "error" : "";
  };
  return (
    <>
      <Tools of={of} view={view} matching={of.matching} />
      {of.matching === 0 ? (
        <Empty title={view.only || view.q ? t.noMatch : t.noPairs}>
          {(view.only || view.q) && <Button onClick={() => changeQuery({ only: "", q: "", on: "" })}>{t.clear}</Button>}
        </Empty>
      ) : (
        <Grid
          label={t.compare}
          columns={columns}
          rows={of.matching}
          version={(place) => {
            const row = listed.row(place);
            return row ? keyOfRow(row) : "";
          }}
          drawing={`${listed.version} ${spoken} ${sort}`}
          cell={cell}
          cellClass={failed}
          at={at}
          onAt={onAt}
          onOpen={({ row }) => onOpen(row)}
          onLeave={onLeave}
          isOpen={isOpen}
          onSeen={listed.need}
          handle={handle}
        />
      )}
    </>
  );
}

function Tools({ of, view, matching }: { of: Candidates; view: Props["view"]; matching: number }) {
  const t = useWords(words);
  const { only, on, sort, q } = view;
  const one = of.candidates.find((each) => each.run.run === on);
  const told = one ?? of;
  const segments = [
    ["", t.all, of.a.items, ""],
    ["changed", t.changed, told.changed, ""],
    ["fixed", t.fixed, told.fixed, t.fixedLong],
    ["broken", t.broken, told.broken, t.brokenLong],
  ] as const;
  return (
    <div className="list-tools">
      <Segments
        label={t.show}
        value={only}
        onChange={(next) => changeQuery({ only: next, row: "" })}
        options={segments.map(([id, label, n, title]) => ({ value: id, label: `${label} ${count(n)}`, title }))}
      />
      <select
        className="input"
        aria-label={t.by}
        value={on}
        onChange={(event) => changeQuery({ on: event.target.value, row: "" })}
      >
        <option value="">{t.anyCandidate}</option>
        {of.candidates.map((each, place) => (
          <option key={each.run.run} value={each.run.run}>
            {t.byCandidate(letterOf(place))}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={t.order}
        value={sort}
        onChange={(event) => changeQuery({ sort: event.target.value, row: "" })}
      >
        <option value="">{t.inOrder}</option>
        {of.figures.flatMap((each) => [
          <option key={each.name} value={each.name}>
            {t.lossFirst(nameOf(each.name, t))}
          </option>,
          <option key={`-${each.name}`} value={`-${each.name}`}>
            {t.gainFirst(nameOf(each.name, t))}
          </option>,
        ])}
      </select>
      <FilterField
        id="compare-filter"
        aria-label={t.filterRows}
        placeholder={`${t.filterRows}  /`}
        value={q}
        onChange={(event) => changeQuery({ q: event.target.value })}
      />
      <span className="grow" />
      <span className="dim line" role="status">
        {t.rowsShown(count(matching))}
      </span>
    </div>
  );
}
