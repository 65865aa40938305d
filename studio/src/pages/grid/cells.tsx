/** One cell of the grid, in one line. */
import type { ReactNode } from "react";
import { duration } from "../../i18n/figures";
import type { Translation } from "../../i18n/words";
import type { Cell, GridRow } from "./data";
import type { en } from "./en";

type T = Translation<typeof en>;

const FIRST_KEY = /^([\p{L}_][\p{L}\p{N}_]*): /u;
const NEXT_KEY = /, [\p{L}_][\p{L}\p{N}_]*: /u;

/** The key of an only value need not be read in every row. */
function Input({ text }: { text: string }) {
  const found = FIRST_KEY.exec(text);
  if (!found || NEXT_KEY.test(text)) return text;
  return (
    <>
      <span className="unseen">{found[0]}</span>
      {text.slice(found[0].length)}
    </>
  );
}

export function SampleCell({ row }: { row: GridRow }) {
  return (
    <span className="line theirs">
      <Input text={row[3]} />
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
