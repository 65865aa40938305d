/** Lines over time, of which each point opens its requests: with the arrow keys and Enter, or a click. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from "react";
import { navigate } from "../../app/router";
import { useLanguage, useWords } from "../../i18n/words";
import { Chart } from "../../ui/Chart";
import type { ChartLine } from "../../ui/chart/Lines";
import { type Asked, requestsAt } from "./asking";
import { clock, type Whole, wholeIn } from "./figures";
import { words } from "./words";

const HEIGHT = 128;

interface Props {
  title: string;
  at: readonly number[];
  every: number;
  lines: readonly ChartLine[];
  show: (value: number) => string;
  asked: Asked;
  /** What of the requests of a point is meant, as `status: "failed"`. */
  more?: Readonly<Record<string, string | number>>;
  /** What stands in the legend as long as no point is looked at: of all points together. */
  whole?: Whole;
  /** The same, where it cannot be told from the points: a value a line. */
  overall?: readonly (number | null)[];
  note?: ReactNode;
  tools?: ReactNode;
}

export function TimeChart({
  title,
  at,
  every,
  lines,
  show,
  asked,
  more,
  whole = "total",
  overall,
  note,
  tools,
}: Props) {
  const t = useWords(words);
  const spoken = useLanguage();
  const [point, setPoint] = useState<number | null>(null);
  const [left, setLeft] = useState(0);
  const [right, setRight] = useState(0);
  const last = Math.max(0, at.length - 1);
  const place = point === null ? null : Math.min(point, last);
  const shown = place ?? Math.max(0, last - 1); // the last point is not over yet
  const when = (index: number): string => clock(at[index] ?? 0, every, spoken);
  const valueAt = (line: ChartLine, index: number): string => {
    const value = line.values[index];
    return value === null || value === undefined ? "–" : show(value);
  };
  const wholeOf = (line: ChartLine, n: number): string => {
    const value = overall ? overall[n] : wholeIn(line.values, whole);
    return value === null || value === undefined ? "–" : show(value);
  };
  const open = (index: number): void => {
    const since = at[index];
    if (since !== undefined) navigate(requestsAt({ ...asked, since_ms: since, until_ms: since + every }, more));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -last, End: last, PageUp: -10, PageDown: 10 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      setPoint(Math.max(0, Math.min(last, shown + by)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(shown);
    }
  };
  const under = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const along = (event.clientX - box.left - left) / Math.max(1, box.width - left - right);
    return Math.max(0, Math.min(last, Math.round(along * last)));
  };
  const told = `${when(shown)}: ${lines.map((line) => `${line.label} ${valueAt(line, shown)}`).join(", ")}`;
  return (
    <section className="mon-chart" aria-label={title}>
      <div className="mon-head">
        <h2 className="grow">{title}</h2>
        {tools}
      </div>
      <div
        className="mon-plot"
        role="slider"
        tabIndex={0}
        aria-label={`${title}. ${t.openPoint}`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={shown}
        aria-valuetext={told}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setPoint(under(event))}
        onPointerLeave={() => setPoint(null)}
        onBlur={() => setPoint(null)}
        onClick={() => open(shown)}
      >
        <Chart
          label={title}
          at={at}
          lines={lines}
          height={HEIGHT}
          showAt={(value) => clock(value, every, spoken)}
          showValue={show}
          onBox={(from, to) => {
            setLeft(from);
            setRight(to);
          }}
        />
        {place !== null && last > 0 && (
          <span
            className="mon-at"
            style={{ left: `calc(${left}px + (100% - ${left + right}px) * ${place / last})` }}
            aria-hidden="true"
          />
        )}
      </div>
      <ul className="mon-legend">
        <li className="dim">{place === null ? t[`whole_${overall ? "all" : whole}`] : when(place)}</li>
        {lines.map((line, n) => (
          <li key={line.label}>
            <span className="mon-key" style={{ background: `var(${line.colour})` }} />
            <span className="theirs">{line.label}</span>{" "}
            <b>{place === null ? wholeOf(line, n) : valueAt(line, shown)}</b>
          </li>
        ))}
      </ul>
      {note && <p className="mon-note dim">{note}</p>}
    </section>
  );
}
