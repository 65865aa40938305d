/** The serving processes: which there are and were, and one chart a unit of how they are doing. */
import type { Answer } from "../../api/client";
import { moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import type { Asked } from "./asking";
import { line, MOST_LINES } from "./figures";
import { TimeChart } from "./TimeChart";
import { words } from "./words";

type Told = Answer<"get_processes">;
type Line = Told["processes"][number];
const MB = 1e6;
const LISTED = 20;
const percent = (value: number): string => `${Number(value.toPrecision(2))}%`;
const megabytes = (value: number): string => `${Math.round(value)} MB`;
const milliseconds = (value: number): string => `${Number(value.toPrecision(2))} ms`;

export function Processes({ asked, told }: { asked: Asked; told: Told }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const shown = told.processes.slice(0, MOST_LINES);
  if (shown.length === 0) return null;
  const of = (values: (each: Line) => readonly (number | null)[]) =>
    shown.map((each, n) => line(String(each.pid), n, values(each)));
  const time = { asked, at: told.at_ms, every: told.every_ms, whole: "last" } as const;
  const scaled = (values: readonly (number | null)[], by: number) => values.map((each) => each && each * by);
  return (
    <section className="mon-part" aria-label={t.process}>
      <h2>{t.process}</h2>
      <ul className="mon-alerts">
        {told.processes.slice(0, LISTED).map((each) => (
          <li key={each.pid} className="mon-alert">
            <span className={`chip ${each.state === "live" ? "ok" : ""}`}>
              {each.state === "live" ? t.live : t.ended}
            </span>
            <span className="mono">{each.pid}</span>
            <span className="dim">
              {each.state === "live"
                ? t.since(moment(each.since_ms, spoken))
                : t.between(moment(each.since_ms, spoken), moment(each.last_ms, spoken))}
            </span>
          </li>
        ))}
      </ul>
      <div className="mon-charts">
        <TimeChart {...time} title={t.cpu} show={percent} lines={of((each) => scaled(each.cpu, 100))} />
        <TimeChart {...time} title={t.rss} show={megabytes} lines={of((each) => scaled(each.rss, 1 / MB))} />
        <TimeChart {...time} title={t.lag} show={milliseconds} lines={of((each) => each.lag)} />
      </div>
    </section>
  );
}
