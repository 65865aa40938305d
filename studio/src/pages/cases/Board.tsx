/** Columns of cards. One card has the focus; arrows lead to the others. */
import { type KeyboardEvent, useEffect } from "react";
import { useWords } from "../../i18n/words";
import { ageOf, type Card, type Column, moved, placeOf } from "./board";
import { words } from "./words";

interface Props {
  columns: readonly Column[];
  /** The case that has the focus. */
  at: number;
  /** The case that is open beside the board. */
  chosen: number;
  onAt: (number: number) => void;
  onOpen: (number: number) => void;
  onLeave: () => void;
}

export function Board({ columns, at, chosen, onAt, onOpen, onLeave }: Props) {
  const t = useWords(words);
  // Nobody has gone anywhere yet, or the card went to another column: the arrows should work at once.
  const column = placeOf(columns, at)?.column ?? -1;
  useEffect(() => {
    if (column >= 0 && document.activeElement === document.body) document.getElementById(`case-${at}`)?.focus();
  }, [at, column]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const place = placeOf(columns, at);
    const to = place && moved(columns, place, event.key);
    const next = to && columns[to.column]?.cases[to.row];
    if (next) {
      event.preventDefault();
      onAt(next.number);
    } else if (event.key === "Escape" && chosen) {
      event.preventDefault();
      onLeave();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the cards within
    <div className="board" onKeyDown={onKeyDown}>
      {columns.map((each) => (
        <section key={each.status} className="board-column" aria-label={t.columnOf(t[each.status], each.cases.length)}>
          <h2 className={`board-head ${each.status}`}>
            <span className="dot round" />
            {t[each.status]} <span className="dim">{each.cases.length}</span>
          </h2>
          {each.cases.length === 0 ? (
            <p className="board-empty">{t.empty}</p>
          ) : (
            <ul>
              {each.cases.map((one) => (
                <li key={one.number}>
                  <CardView
                    of={one}
                    isAt={one.number === at}
                    isOpen={one.number === chosen}
                    onOpen={onOpen}
                    onAt={onAt}
                  />
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}

interface CardProps {
  of: Card;
  isAt: boolean;
  isOpen: boolean;
  onOpen: (number: number) => void;
  onAt: (number: number) => void;
}

function CardView({ of, isAt, isOpen, onOpen, onAt }: CardProps) {
  const t = useWords(words);
  const age = ageOf(Date.now() - of.opened_ms);
  return (
    <button
      type="button"
      id={`case-${of.number}`}
      className="card"
      tabIndex={isAt ? 0 : -1}
      aria-pressed={isOpen}
      onClick={() => onOpen(of.number)}
      onFocus={() => !isAt && onAt(of.number)}
    >
      <span className="card-title theirs">{of.title}</span>
      <span className="card-facts">
        <span className="mono dim">#{of.number}</span>
        {of.step && <span className="chip theirs line">{of.step.split(":").at(-1)}</span>}
        {of.scorer && <span className="chip theirs line">{`${of.scorer} ${of.passes}`}</span>}
        <span className="dim">{t.rows(of.failing, of.rows)}</span>
      </span>
      <span className="card-facts">
        <span className={of.owner ? "theirs line" : "dim"}>{of.owner || t.nobody}</span>
        <span className="grow" />
        <span className="dim">{t[`age_${age.unit}`](age.n)}</span>
      </span>
    </button>
  );
}
