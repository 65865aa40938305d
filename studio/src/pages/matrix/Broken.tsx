/** The rows that pass under some variants and fail under others. */
import type { ReactNode, Ref } from "react";
import { changeQuery } from "../../app/router";
import { useLanguage, useWords } from "../../i18n/words";
import type { Paged } from "../../state/paged";
import { Grid, type GridAt, type GridColumn, type GridHandle } from "../../ui/Grid";
import { scoreText } from "../../ui/scores";
import { Empty } from "../../ui/Told";
import type { BrokenRow, Matrix } from "./figures";
import { words } from "./words";

interface Props {
  of: Matrix;
  listed: Paged<BrokenRow, Matrix>;
  scorer: string;
  only: string;
  at: GridAt;
  onAt: (at: GridAt) => void;
  onOpen: (at: GridAt) => void;
  onLeave: () => void;
  handle: Ref<GridHandle>;
}

const PLACES = 3;

export function Broken({ of, listed, scorer, only, at, onAt, onOpen, onLeave, handle }: Props) {
  const t = useWords(words);
  const spoken = useLanguage();
  const all = Object.values(of.broken_by).reduce((sum, n) => sum + n, 0);
  const nameOf = (name: string): string => (name === "ok" ? t.ok : name);
  const columns: GridColumn[] = [
    { key: "n", head: "#", width: 56, frozen: true, align: "end" },
    { key: "input", head: t.input, width: 190, grow: 2, frozen: true },
    { key: "by", head: t.by, width: 120 },
    ...of.variants.map(
      (each): GridColumn => ({
        key: each.run.id,
        head: <span className="line theirs">{each.label}</span>,
        width: 190,
        grow: 2,
      }),
    ),
  ];
  const cell = (place: number, column: number): ReactNode => {
    const row = listed.row(place);
    if (!row) return column === 1 ? <span className="dim">…</span> : null;
    if (column === 0) return <span className="dim">{row.row}</span>;
    if (column === 1) return <span className="line theirs">{row.input}</span>;
    if (column === 2) return <span className="line theirs">{nameOf(row.scorer)}</span>;
    const found = row.cells[column - PLACES];
    if (!found || found.passes === null) return <span className="dim">{t.notThere}</span>;
    const unit = of.scorers.find((each) => each.scorer === row.scorer)?.unit ?? "";
    return (
      <>
        <span className={found.passes ? "chip ok" : "chip error"}>
          {found.passes ? t.passes : t.fails}
          {row.scorer !== "ok" && found.value !== null && ` ${scoreText(found.value, unit)}`}
        </span>
        <span className="line theirs dim">{found.error || found.preview}</span>
      </>
    );
  };
  return (
    <>
      <div className="list-tools">
        <h2 className="matrix-broken-title">{t.broken}</h2>
        <select
          className="input"
          aria-label={t.by}
          value={scorer}
          onChange={(event) => changeQuery({ scorer: event.target.value })}
        >
          <option value="">{t.allScorers}</option>
          {of.scorers
            .filter((each) => !of.unbounded.includes(each.scorer))
            .map((each) => (
              <option key={each.scorer} value={each.scorer}>
                {`${nameOf(each.scorer)} (${of.broken_by[each.scorer] ?? 0})`}
              </option>
            ))}
        </select>
        <select
          className="input"
          aria-label={t.only}
          value={only}
          onChange={(event) => changeQuery({ only: event.target.value })}
        >
          <option value="">{`${t.only}: ${t.anyVariant}`}</option>
          {of.variants.slice(1).map((each) => (
            <option key={each.run.id} value={each.run.id}>
              {`${t.only}: ${each.label}`}
            </option>
          ))}
        </select>
        <span className="grow" />
        <span className="dim line" role="status">
          {t.brokenOf(of.broken_total, all)}
        </span>
      </div>
      {of.unbounded.length > 0 && <p className="matrix-unbounded">{t.unbounded(of.unbounded.join(", "))}</p>}
      {of.broken_total === 0 ? (
        <Empty title={scorer || only ? t.noBrokenFiltered : t.noBroken} />
      ) : (
        <Grid
          label={t.broken}
          columns={columns}
          rows={of.broken_total}
          version={(place) => {
            const row = listed.row(place);
            return row ? `${row.scorer} ${row.row}` : "";
          }}
          drawing={`${listed.version} ${spoken}`}
          cell={cell}
          at={at}
          onAt={onAt}
          onOpen={onOpen}
          onLeave={onLeave}
          onSeen={listed.need}
          handle={handle}
        />
      )}
    </>
  );
}
