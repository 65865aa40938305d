/** One cell of the grid, in one line. */
import type { ReactNode } from "react";
import { duration } from "../../i18n/figures";
import type { Translation } from "../../i18n/words";
import type { Cell, GridRow } from "./data";
import type { en } from "./en";
import { onlyName } from "./keys";

type T = Translation<typeof en>;

/** The name of an only value need not be read in every row. */
export function SampleCell({ row, names }: { row: GridRow; names: string }) {
  const [name, text] = onlyName(row[3], names);
  return (
    <span className="line theirs">
      {name && <span className="unseen">{name}</span>}
      {text}
    </span>
  );
}

export function NumberCell({ row, trials }: { row: GridRow; trials: number }) {
  return (
    <span className="mono dim">
      {row[0]}
      {trials > 1 && `·${row[1]}`}
    </span>
  );
}

interface Props {
  cell: Cell | null | undefined;
  /** What is still being written. */
  partial: string | undefined;
  error: string;
  t: T;
}

export function StepCell({ cell, partial, error, t }: Props): ReactNode {
  if (partial !== undefined && (!cell || cell[0] === 4))
    return (
      <>
        <span className="line theirs writing">{partial}</span>
        <span className="dot round pulse" />
      </>
    );
  if (!cell || cell[0] === 0) return null;
  const [state, ms, preview, count] = cell;
  if (state === 5) return <span className="dim">{t.waiting}</span>;
  if (state === 4)
    return (
      <>
        <span className="line theirs dim">{preview}</span>
        <span className="unseen">{t.running}</span>
        <span className="dot round pulse" />
      </>
    );
  return (
    <>
      <span className={state === 1 ? "line theirs dim" : "line theirs"}>
        {state === 3 ? preview || error : state === 1 ? preview : preview}
      </span>
      {count > 1 && (
        <span className="end-note" title={t.times(count)}>
          ×{count}
        </span>
      )}
      {state === 1 ? (
        <span className="end-note is-hit">{t.hit}</span>
      ) : (
        <span className="end-note">{duration(ms)}</span>
      )}
    </>
  );
}
