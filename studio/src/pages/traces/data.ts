/** The list of traces: pages as they are asked for, and those that end meanwhile. Knows no component. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ask, type components } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { follow } from "../../api/stream";
import { askedOf, type Filters } from "./filters";

export type TraceHead = components["schemas"]["TraceHead"];
const PAGE = 100;
/** Most that a list holds: older ones are asked for by a filter. */
const MOST = 20_000;

interface Listed {
  readonly traces: readonly TraceHead[];
  /** Ended since, and not shown yet. */
  readonly waiting: readonly TraceHead[];
  readonly scanned: number;
  readonly more: boolean;
  readonly next: string;
  readonly loading: boolean;
  readonly problem: Problem | null;
  readonly key: string;
}

const NOTHING: Listed = {
  traces: [],
  waiting: [],
  scanned: 0,
  more: false,
  next: "",
  loading: true,
  problem: null,
  key: "",
};

/** With more in front, each once. */
export function inFront(more: readonly TraceHead[], now: readonly TraceHead[]): readonly TraceHead[] {
  const known = new Set(now.map((each) => each.span));
  const fresh = more.filter((each) => !known.has(each.span));
  return fresh.length ? [...[...fresh].reverse(), ...now].slice(0, MOST) : now;
}

/** `mayMove`: whether what ends may push down what is on screen. */
export function useTraces(filters: Filters, live: boolean, mayMove: () => boolean) {
  const key = JSON.stringify(filters);
  const [state, setState] = useState<Listed>(NOTHING);
  const now = useRef(state);
  now.current = state;
  const control = useRef<AbortController | null>(null);
  const moves = useRef(mayMove);
  moves.current = mayMove;

  const load = useCallback(
    (before: string) => {
      const started = new AbortController();
      control.current?.abort();
      control.current = started;
      setState((was) => (before ? { ...was, loading: true, problem: null } : { ...NOTHING, key }));
      const asked = { ...askedOf(JSON.parse(key) as Filters, Date.now()), limit: PAGE, before };
      ask("list_traces", asked, { signal: started.signal }).then(
        (page) =>
          setState((was) => ({
            ...was,
            traces: before ? [...was.traces, ...page.traces] : page.traces,
            scanned: (before ? was.scanned : 0) + page.scanned,
            more: page.more,
            next: page.next,
            loading: false,
          })),
        (error: unknown) => {
          if (!started.signal.aborted) setState((was) => ({ ...was, loading: false, problem: problemOf(error) }));
        },
      );
    },
    [key],
  );
  useEffect(() => {
    load("");
    return () => control.current?.abort();
  }, [load]);

  useEffect(() => {
    if (!live) return;
    return follow("live_traces", askedOf(JSON.parse(key) as Filters, Date.now()), {
      onMessage(message) {
        const fresh = message.traces;
        setState((was) =>
          moves.current()
            ? { ...was, traces: inFront(fresh, inFront(was.waiting, was.traces)), waiting: [] }
            : { ...was, waiting: [...was.waiting, ...fresh] },
        );
      },
      onProblem: (problem) => setState((was) => ({ ...was, problem })),
    });
  }, [key, live]);

  const further = useCallback(() => {
    const { more, loading, next, traces } = now.current;
    if (more && !loading && traces.length < MOST) load(next);
  }, [load]);
  const showWaiting = useCallback(
    () => setState((was) => ({ ...was, traces: inFront(was.waiting, was.traces), waiting: [] })),
    [],
  );
  const reload = useCallback(() => load(""), [load]);
  const mine = state.key === key || state.key === "";
  return useMemo(
    () => ({ ...(mine ? state : NOTHING), further, showWaiting, reload }),
    [state, mine, further, showWaiting, reload],
  );
}
