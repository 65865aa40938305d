/** The rows of both runs: filtered, sorted by loss, one line each. */
import type { ReactNode, Ref } from "react";
import { changeQuery } from "../../app/router";
import { count } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import type { Paged } from "../../state/paged";
import { Button } from "../../ui/Button";
import { FilterField, Segments } from "../../ui/Field";
import { Grid, type GridAt, type GridColumn, type GridHandle } from "../../ui/Grid";
import { Icon } from "../../ui/Icon";
import { Empty } from "../../ui/Told";
import { type Comparison, delta, type Figure, keyOf, nameOf, type Row, toneOf } from "./figures";
import { words } from "./words";

interface View {
  readonly only: string;
  readonly sort: string;
  readonly q: string;
  readonly key: string;
  readonly value: string;
}

interface Props {
  of: Comparison;
  listed: Paged<Row, Comparison>;
  figures: readonly Figure[];
  view: View;
  at: GridAt;
  onAt: (at: GridAt) => void;
  onOpen: (row: number) => void;
  onLeave: () => void;
  isOpen: boolean;
  handle: Ref<GridHandle>;
}

const PLACES = 5;

/** A head that sorts: the largest loss first, then the largest gain, then the order of the inputs. */
function SortHead({ of, sort }: { of: Figure; sort: string }) {
  const t = useWords(words);
  const name = nameOf(of.name, t);
  const next = sort === of.name ? `-${of.name}` : sort === `-${of.name}` ? "" : of.name;
  return (
    <button type="button" className="grid-sort" title={t.sortedBy(name)} onClick={() => changeQuery({ sort: next })}>
      <span className="line theirs">Δ {name}</span>
      {sort.replace(/^-/, "") === of.name && <Icon name={sort.startsWith("-") ? "up" : "down"} size={12} />}
    </button>
  );
}

export function Rows({ of, listed, figures, view, at, onAt, onOpen, onLeave, isOpen, handle }: Props) {
  const t = useWords(words);
  const spoken = useLanguage();
  const { only, sort, q, key, value } = view;
  const isFiltered = Boolean(only || q || key);
  const columns: GridColumn[] = [
    { key: "n", head: "#", width: 56, frozen: true, align: "end" },
    { key: "input", head: t.sample, width: 190, grow: 2, frozen: true },
    { key: "state", head: t.state, width: 116 },
    { key: "a", head: t.baseline, width: 190, grow: 3 },
    { key: "b", head: t.candidate, width: 190, grow: 3 },
    ...figures.map(
      (each): GridColumn => ({
        key: `d ${each.name}`,
        head: <SortHead of={each} sort={sort} />,
        width: 112,
        align: "end",
        sort: sort === each.name ? "descending" : sort === `-${each.name}` ? "ascending" : "none",
      }),
    ),
  ];
  const cell = (place: number, column: number): ReactNode => {
    const row = listed.row(place);
    if (!row) return column === 1 ? <span className="dim">…</span> : null;
    return drawn(row, column);
  };
  const drawn = (row: Row, column: number): ReactNode => {
    switch (column) {
      case 0:
        return <span className="dim">{(row.a ?? row.b)?.index}</span>;
      case 1:
        return <span className="line theirs">{row.input}</span>;
      case 2:
        return <span className={`chip pair-${row.state}`}>{t[`st_${row.state}`]}</span>;
      case 3:
      case 4: {
        const side = column === 3 ? row.a : row.b;
        const text = side?.error || side?.preview || "";
        return <span className={`line theirs${row.state === "same" ? " dim" : ""}`}>{text}</span>;
      }
      default: {
        const figure = figures[column - PLACES];
        const change = figure && row.deltas[figure.name];
        if (!figure || change === undefined) return null;
        return (
          <span className={`mono ${change === 0 ? "dim" : toneOf(figure.better, change)}`}>
            {delta(figure, change)}
          </span>
        );
      }
    }
  };
  const failed = (place: number, column: number): string => {
    const row = listed.row(place);
    const side = column === 3 ? row?.a : column === 4 ? row?.b : null;
    return side?.state === "failed" ? "error" : "";
  };
  const segments = [
    ["", t.all, of.pairs + of.only_a + of.only_b, ""],
    ["changed", t.changed, of.changed, ""],
    ["fixed", t.fixed, of.fixed, t.fixedLong],
    ["broken", t.broken, of.broken, t.brokenLong],
    ["unpaired", t.unpaired, of.only_a + of.only_b, ""],
  ] as const;
  return (
    <>
      <div className="list-tools">
        <Segments
          label={t.show}
          value={only}
          onChange={(next) => changeQuery({ only: next, row: "" })}
          options={segments.map(([id, label, n, title]) => ({ value: id, label: `${label} ${count(n)}`, title }))}
        />
        {key && (
          <button type="button" className="chip removable" onClick={() => changeQuery({ key: "", value: "" })}>
            <span className="theirs line">
              {key}: {value}
            </span>
            <Icon name="close" size={10} />
          </button>
        )}
        <FilterField
          id="compare-filter"
          aria-label={t.filterRows}
          placeholder={`${t.filterRows}  /`}
          value={q}
          onChange={(event) => changeQuery({ q: event.target.value })}
        />
        <span className="grow" />
        <span
          className="dim line"
          title={of.paired_by.length > 0 ? t.paired(of.paired_by.join(", ")) : t.pairedByPlace}
          role="status"
        >
          {t.summary(count(of.pairs), count(of.changed))} · {t.rowsShown(count(of.matching))}
        </span>
      </div>
      {of.matching === 0 ? (
        <Empty title={isFiltered ? t.noMatch : t.noPairs}>
          {isFiltered && (
            <Button onClick={() => changeQuery({ only: "", q: "", key: "", value: "" })}>{t.clear}</Button>
          )}
        </Empty>
      ) : (
        <Grid
          label={t.compare}
          columns={columns}
          rows={of.matching}
          version={(place) => {
            const row = listed.row(place);
            return row ? keyOf(row) : "";
          }}
          drawing={`${listed.version} ${spoken}`}
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
