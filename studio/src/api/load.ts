/** Something asked for and shown: waiting, there, or wrong; asked anew when its question changes or the server returns. */
import { useCallback, useEffect, useRef, useState } from "react";
import { useStore } from "../state/store";
import { connection } from "./connection";
import { type Problem, problemOf } from "./problem";

export interface Loaded<T> {
  readonly data: T | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
  /** Ask again, keeping what is shown until the answer is there. */
  reload(): void;
  /** Show another value without asking: what a write answered. */
  replace(data: T): void;
}

/**
 * `key` is the question: another key forgets what is shown. Null asks nothing. Another `version` asks the same question
 * anew, and keeps what is shown until the answer is there.
 */
export function useLoaded<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  version: string | number = "",
): Loaded<T> {
  const [state, setState] = useState<{ key: string | null; data: T | null; problem: Problem | null; loading: boolean }>(
    {
      key: null,
      data: null,
      problem: null,
      loading: key !== null,
    },
  );
  const [again, setAgain] = useState(0);
  const returns = useStore(connection, (now) => now.returns);
  const loader = useRef(load);
  loader.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again`, `returns` and `version` ask the same question anew
  useEffect(() => {
    if (key === null) return;
    const control = new AbortController();
    setState((now) =>
      now.key === key ? { ...now, loading: true } : { key, data: null, problem: null, loading: true },
    );
    loader.current(control.signal).then(
      (data) => {
        if (!control.signal.aborted) setState({ key, data, problem: null, loading: false });
      },
      (error: unknown) => {
        if (control.signal.aborted) return;
        setState((now) => ({ ...now, key, problem: problemOf(error), loading: false }));
      },
    );
    return () => control.abort();
  }, [key, again, returns, version]);
  const reload = useCallback(() => setAgain((n) => n + 1), []);
  const replace = useCallback((data: T) => setState((now) => ({ ...now, data, problem: null })), []);
  const mine = state.key === key;
  return {
    data: mine ? state.data : null,
    problem: mine ? state.problem : null,
    loading: key !== null && (mine ? state.loading : true),
    reload,
    replace,
  };
}
