/** The rows of a dataset by their keys; what is no row says why. */
import type { ReactNode, Ref } from "react";
import type { components } from "../../api/client";
import { toldIn } from "../../api/problem";
import { changeQuery } from "../../app/router";
import { useLanguage, useWords } from "../../i18n/words";
import type { Paged } from "../../state/paged";
import { Button } from "../../ui/Button";
import { Grid, type GridAt, type GridColumn, type GridHandle } from "../../ui/Grid";
import { Icon } from "../../ui/Icon";
import { Empty } from "../../ui/Told";
import { OriginLinks } from "./Origin";
import { partsOf, plain } from "./text";
import { words } from "./words";

export type Dataset = components["schemas"]["Dataset"];
export type DatasetRow = components["schemas"]["DatasetRow"];

/** Rows that one list holds: browsers draw no box that is higher than 33,554,432 pixels. */
export const LISTED = 1_000_000;
const HIGHEST = 33_000_000;
const ROW = 34;
const ORIGIN = "_origin";
const MOST_KEYS = 16;
const PREVIEW = 400;

const cut = new WeakMap<DatasetRow, Map<string, string>>();

/** A row's values by key, taken apart once. */
function valuesOf(row: DatasetRow): Map<string, string> {
  let found = cut.get(row);
  if (!found) {
    found = new Map(partsOf(row.text).map((part) => [part.key, plain(part.raw).slice(0, PREVIEW)]));
    cut.set(row, found);
  }
  return found;
}

interface Props {
  of: Dataset;
  listed: Paged<DatasetRow, Dataset>;
  rows: number;
  isFiltered: boolean;
  at: GridAt;
  onAt: (at: GridAt) => void;
  onOpen: (row: number) => void;
  onLeave: () => void;
  isOpen: boolean;
  handle: Ref<GridHandle>;
}

export function RowGrid({ of, listed, rows, isFiltered, at, onAt, onOpen, onLeave, isOpen, handle }: Props) {
  const t = useWords(words);
  const spoken = useLanguage();
  const hasOrigin = of.keys.some((each) => each.name === ORIGIN);
  const keys = of.keys.filter((each) => each.name !== ORIGIN).slice(0, MOST_KEYS);
  const isNumeric = (types: readonly string[]): boolean => types.every((type) => type === "number" || type === "null");
  const columns: GridColumn[] = [
    { key: "#", head: t.line, width: 78, frozen: true, align: "end" },
    ...(hasOrigin ? [{ key: "#origin", head: t.origin, width: 150 }] : []),
    ...(keys.length === 0 ? [{ key: "#text", head: t.text, width: 300, grow: 1 }] : []),
    ...keys.map(
      (each): GridColumn => ({
        key: `k ${each.name}`,
        head: <span className="line theirs mono">{each.name}</span>,
        ...(isNumeric(each.types) ? { width: 110, align: "end" as const } : { width: 170, grow: 1 }),
      }),
    ),
  ];
  const first = hasOrigin ? 2 : 1;
  const cell = (place: number, column: number): ReactNode => {
    const row = listed.row(place);
    if (!row) return column === 0 ? <span className="dim">…</span> : null;
    if (column === 0) {
      return (
        <>
          {row.problem && <Icon name="warn" size={13} />}
          <span className="mono dim">{row.line}</span>
        </>
      );
    }
    if (column === first && row.problem) {
      return <span className="line theirs">{toldIn(row.problem, spoken).what}</span>;
    }
    if (hasOrigin && column === 1) return row.origin && <OriginLinks of={row.origin} inList />;
    if (row.problem || keys.length === 0) {
      return column === (row.problem ? first + 1 : first) ? <span className="line theirs dim">{row.text}</span> : null;
    }
    const name = keys[column - first]?.name ?? "";
    const value = valuesOf(row).get(name);
    if (value === undefined) return row.more ? <span className="dim">…</span> : null;
    return <span className={`line theirs${/^[[{]/.test(value) ? " mono soft" : ""}`}>{value}</span>;
  };
  if (rows === 0) {
    return (
      <Empty title={isFiltered ? t.noMatch : t.emptyFile}>
        {isFiltered ? (
          <Button onClick={() => changeQuery({ q: "", only: "" })}>{t.cancel}</Button>
        ) : (
          <p>{t.emptyHow}</p>
        )}
      </Empty>
    );
  }
  return (
    <>
      {listed.matching > LISTED && <p className="notice plain">{t.capped(LISTED.toLocaleString("en"))}</p>}
      <Grid
        label={t.rows}
        columns={columns}
        rows={rows}
        version={(place) => listed.row(place)?.line ?? 0}
        drawing={`${listed.version} ${spoken}`}
        cell={cell}
        cellClass={(place, column) => (column === first && listed.row(place)?.problem ? "error" : "")}
        at={at}
        onAt={onAt}
        onOpen={({ row }) => onOpen(row)}
        onLeave={onLeave}
        isOpen={isOpen}
        onSeen={listed.need}
        rowHeight={Math.min(ROW, Math.floor(HIGHEST / rows))}
        handle={handle}
      />
    </>
  );
}
