/** The figures above the grid. */
import { type ReactNode, useEffect, useState } from "react";
import { count, duration, money, reusedShare } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import type { Store } from "../../state/store";
import { Chart } from "../../ui/Chart";
import type { GridState } from "./data";
import { type Curve, cellsOf, curveOf, type Figures, figuresOf } from "./figures";
import { words } from "./words";

const EVERY_MS = 250;

interface Shown {
  figures: Figures;
  curve: Curve;
  now: number;
}

const NO_CURVE: Curve = { at: [], p50: [], p95: [] };

/** Of the whole run where its rows are held; else what the run's head says of its calls. */
function measured(state: GridState, before: Shown | null): Shown {
  const { rows, total, matching, head } = state;
  const isWhole = matching === total && total > 0 && !rows.includes(undefined);
  if (isWhole) return { figures: figuresOf(rows), curve: curveOf(rows), now: Date.now() };
  if (before && before.figures.p50 !== null) return { ...before, now: Date.now() };
  const { hits = 0, ran = 0, failed = 0 } = head ?? {};
  return {
    figures: { hits, ran: Math.max(0, ran - failed), failed, running: 0, p50: null, p95: null },
    curve: NO_CURVE,
    now: Date.now(),
  };
}

/** Counted at most four times a second, however fast rows arrive. */
function useShown(store: Store<GridState>): Shown {
  const [shown, setShown] = useState(() => measured(store.get(), null));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setShown((before) => measured(store.get(), before));
      }, EVERY_MS);
    };
    soon();
    const leave = store.subscribe(soon);
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [store]);
  return shown;
}

function Figure({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd className="figure-value">{value}</dd>
      {note !== undefined && <dd className="figure-note">{note}</dd>}
    </div>
  );
}

export function FigureRow({ store }: { store: Store<GridState> }) {
  const t = useWords(words);
  const { figures, curve, now } = useShown(store);
  const { head, columns } = store.get();
  if (!head) return null;
  const ended = figures.hits + figures.ran + figures.failed;
  const isRunning = head.status === "running";
  const all = cellsOf(head.items, columns.length, ended, isRunning);
  const lasted = duration((head.ended_ms ?? now) - head.started_ms);
  return (
    <div className="figures">
      <dl style={{ display: "flex", flex: "none" }}>
        <Figure
          name={t.cells}
          value={
            <>
              {count(ended)} {isRunning && <small>/ {count(all)}</small>}
            </>
          }
          note={
            <div className="progress" aria-hidden="true">
              <i style={{ width: `${(figures.hits / all) * 100}%`, background: "var(--hit)" }} />
              <i style={{ width: `${(figures.ran / all) * 100}%`, background: "var(--ok)" }} />
              <i style={{ width: `${(figures.failed / all) * 100}%`, background: "var(--error)" }} />
            </div>
          }
        />
        <Figure name={t.hits} value={reusedShare(head)} note={t.reusedCalls(count(head.hits), count(head.calls))} />
        <Figure
          name={t.p}
          value={figures.p50 === null ? "–" : duration(figures.p50)}
          note={figures.p95 === null ? t.elapsed(lasted) : duration(figures.p95)}
        />
        <Figure
          name={t.errors}
          value={<span className={head.failed > 0 ? "bad" : ""}>{head.failed}</span>}
          note={`${head.done} / ${head.items} · ${lasted}`}
        />
        <Figure
          name={t.tokens}
          value={count(head.input_tokens + head.output_tokens)}
          note={t.tokensInOut(count(head.input_tokens), count(head.output_tokens))}
        />
        <Figure
          name={t.cost}
          value={money(head.cost) || "0"}
          note={head.unpriced_calls > 0 ? t.unpriced(head.unpriced_calls) : t.requests(head.model_calls)}
        />
      </dl>
      <div className="figure-chart">
        <div className="legend" aria-hidden="true">
          <span>
            <i style={{ background: "var(--accent)" }} />
            p50
          </span>
          <span>
            <i style={{ background: "var(--changed)" }} />
            p95
          </span>
        </div>
        {curve.at.length > 1 && figures.p50 !== null && (
          <Chart
            label={t.chart}
            height={74}
            at={curve.at}
            lines={[
              { label: "p50", colour: "--accent", values: curve.p50 },
              { label: "p95", colour: "--changed", values: curve.p95 },
            ]}
            showAt={(value) => String(Math.round(value))}
            showValue={(value) => (value >= 1000 ? `${(value / 1000).toFixed(1)}s` : `${Math.round(value)}ms`)}
          />
        )}
      </div>
    </div>
  );
}
