/** A long list, a page at a time: what is on screen is asked for, and the last pages seen are kept. Knows no endpoint. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { connection } from "../api/connection";
import { type Problem, problemOf } from "../api/problem";
import { createStore, useStore, useVersion } from "./store";

export interface PageOf<T> {
  readonly rows: readonly T[];
  readonly matching: number;
}

export const PAGE = 200;
/** Pages that are kept: 8,000 rows, however long the list is. */
const KEPT = 40;

type Load<P> = (offset: number, limit: number, signal: AbortSignal) => Promise<P>;

export class Pages<T, P extends PageOf<T>> {
  readonly store = createStore(0);
  /** What the newest answer said of the whole list. */
  data: P | null = null;
  problem: Problem | null = null;
  private readonly pages = new Map<number, readonly T[]>();
  private readonly asked = new Map<number, AbortController>();
  private readonly load: Load<P>;
  private readonly mark: (page: P) => string;

  constructor(load: Load<P>, mark: (page: P) => string) {
    this.load = load;
    this.mark = mark;
  }

  row(at: number): T | undefined {
    return this.pages.get(Math.floor(at / PAGE))?.[at % PAGE];
  }

  /** Ask for the pages of these rows, and for no others any longer. */
  need(first: number, last: number): void {
    const from = Math.floor(Math.max(0, first) / PAGE);
    const to = Math.floor(Math.max(0, last) / PAGE);
    for (const [page, control] of this.asked) {
      if (page >= from && page <= to) continue;
      control.abort();
      this.asked.delete(page);
    }
    for (let page = from; page <= to; page += 1) if (!this.pages.has(page)) this.ask(page);
  }

  close(): void {
    for (const control of this.asked.values()) control.abort();
    this.asked.clear();
  }

  private ask(page: number): void {
    if (this.asked.has(page)) return;
    const control = new AbortController();
    this.asked.set(page, control);
    this.load(page * PAGE, PAGE, control.signal).then(
      (told) => this.take(page, told, control),
      (error: unknown) => {
        if (control.signal.aborted) return;
        this.asked.delete(page);
        this.problem = problemOf(error);
        this.store.set((n) => n + 1);
      },
    );
  }

  private take(page: number, told: P, control: AbortController): void {
    if (control.signal.aborted) return;
    this.asked.delete(page);
    // Another list by now: rows of the old one have no place in it.
    if (this.data && this.mark(this.data) !== this.mark(told)) this.pages.clear();
    this.pages.delete(page);
    this.pages.set(page, told.rows);
    for (const old of this.pages.keys()) {
      if (this.pages.size <= KEPT) break;
      this.pages.delete(old);
    }
    this.data = told;
    this.problem = null;
    this.store.set((n) => n + 1);
  }
}

export interface Paged<T, P> {
  readonly data: P | null;
  readonly matching: number;
  readonly problem: Problem | null;
  /** Another list was asked for, and is not there yet. */
  readonly loading: boolean;
  readonly version: number;
  row(at: number): T | undefined;
  need(first: number, last: number): void;
  reload(): void;
}

const same = (): string => "";

/**
 * `key` is the question. `family` is what it is a question about: within one, the old list stays until the new one is
 * there. `mark` tells one state of the list from another.
 */
export function usePaged<T, P extends PageOf<T>>(
  key: string,
  family: string,
  load: Load<P>,
  mark: (page: P) => string = same,
): Paged<T, P> {
  const [again, setAgain] = useState(0);
  const returns = useStore(connection, (now) => now.returns);
  const latest = useRef(load);
  latest.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the question; `again` and `returns` ask it anew
  const made = useMemo(() => new Pages<T, P>(latest.current, mark), [key, again, returns]);
  useVersion(made.store);
  const shown = useRef<{ of: Pages<T, P>; family: string }>({ of: made, family });
  if (made.data || shown.current.family !== family) shown.current = { of: made, family };
  const seen = useRef([0, 0] as [number, number]);
  useEffect(() => {
    made.need(...seen.current);
    if (!made.data) made.need(0, 0);
    return () => made.close();
  }, [made]);
  const need = useCallback(
    (first: number, last: number) => {
      seen.current = [first, last];
      made.need(first, last);
    },
    [made],
  );
  const reload = useCallback(() => setAgain((n) => n + 1), []);
  const of = shown.current.of;
  return {
    data: of.data,
    matching: of.data?.matching ?? 0,
    problem: made.problem,
    loading: made.data === null && made.problem === null,
    version: of.store.version() + (of === made ? 0.5 : 0),
    row: (at) => of.row(at),
    need,
    reload,
  };
}
