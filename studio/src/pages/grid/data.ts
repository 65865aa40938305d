/**
 * One run's grid as the page holds it: rows by their place in the view, loaded as they are seen, replaced as they change.
 * Outside React; told of once a frame. Knows no component.
 */
import { type Asked, ask, type components } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { follow } from "../../api/stream";
import type { RunHead } from "../../state/project";
import { createStore } from "../../state/store";

export type Column = components["schemas"]["Column"];
export type GridRow = components["schemas"]["GridRow"];
export type Cell = components["schemas"]["Cell"];
export type Batch = components["schemas"]["Batch"];
export type ScoreColumn = components["schemas"]["ScoreColumn"];
export type ScoreCell = components["schemas"]["ScoreCell"];
export type Only = Asked<"get_grid">["only"];
export type Sort = Asked<"get_grid">["sort"];
export type ScoreFilter = Asked<"get_grid">["score"];

export interface View {
  readonly q: string;
  readonly only: NonNullable<Only>;
  readonly sort: NonNullable<Sort>;
  /** Whose scores are sorted by. */
  readonly by: string;
  readonly score: NonNullable<ScoreFilter>;
  /** Whose scores are chosen by. */
  readonly scorer: string;
}

/** A row and how often it, and each of its cells, changed while it was held. */
export interface Held {
  row: GridRow;
  /** One for each scorer; null: not scored yet. */
  scores: readonly (ScoreCell | null)[];
  version: number;
  stamps: number[];
}

export interface GridState {
  head: RunHead | null;
  columns: readonly Column[];
  scorers: readonly ScoreColumn[];
  total: number;
  matching: number;
  /** By place; what is not loaded yet is missing. */
  rows: (Held | undefined)[];
  /** Text that is still being written, by `keyOf(index, trial)` and step. */
  partial: Map<number, Map<string, string>>;
  problem: Problem | null;
  loading: boolean;
}

const PAGE = 200;
/** Runs of up to this many rows are held whole while they run, and from when they are scrolled. */
export const WHOLE = 5000;
const BLOCK = 1000;
const REFRESH_MS = 700;
const RESCORED_MS = 250;
const TRIALS = 100_000;

export const keyOf = (index: number, trial: number): number => index * TRIALS + trial;
const isPlain = (view: View): boolean => !view.q && !view.only && !view.sort && !view.score;
const NO_SCORES: readonly (ScoreCell | null)[] = [];
const namesOf = (scorers: readonly ScoreColumn[]): string => JSON.stringify(scorers.map((each) => each.scorer));
const isSame = (a: Cell | null | undefined, b: Cell | null | undefined): boolean =>
  a === b || (!!a && !!b && a[0] === b[0] && a[2] === b[2] && a[3] === b[3] && a[1] === b[1]);

export class GridData {
  readonly store = createStore<GridState>({
    head: null,
    columns: [],
    scorers: [],
    total: 0,
    matching: 0,
    rows: [],
    partial: new Map(),
    problem: null,
    loading: true,
  });
  readonly run: string;
  private view: View = { q: "", only: "", sort: "", by: "", score: "", scorer: "" };
  private places = new Map<number, number>();
  /** How many rows are asked for, by the place of the first. */
  private asking = new Map<number, number>();
  private isFilled = false;
  private control = new AbortController();
  private stopFollowing: (() => void) | null = null;
  private refreshing: ReturnType<typeof setTimeout> | undefined;
  private rescoring: ReturnType<typeof setTimeout> | undefined;
  private seen: [number, number] = [0, 0];
  private versions = 0;
  private isClosed = false;

  constructor(run: string) {
    this.run = run;
  }

  /** Show the run under a view: what is shown is forgotten, what is asked for is given up. */
  async show(view: View): Promise<void> {
    this.view = view;
    this.control.abort();
    this.control = new AbortController();
    this.asking.clear();
    clearTimeout(this.refreshing);
    const state = this.store.get();
    state.loading = true;
    this.store.touch();
    this.isFilled = false;
    const mark = await this.ask(0, PAGE, true);
    if (mark === null) return;
    this.follow(mark);
    if (state.head?.status === "running" || this.seen[0] > 0) await this.fill();
  }

  /** Ask anew for what is seen, keeping it on the screen: the server came back, or the rows that match may be others. */
  async refresh(): Promise<void> {
    const [first, last] = this.seen;
    this.asking.clear();
    const mark = await this.ask(first, Math.min(BLOCK, Math.max(PAGE, last - first + 1)), false);
    if (mark !== null && !this.stopFollowing) this.follow(mark);
  }

  /** The run has other scores than those that are shown: what is held is asked for anew, a little later. */
  rescored(): void {
    clearTimeout(this.rescoring);
    this.rescoring = setTimeout(() => void this.askAll(), RESCORED_MS);
  }

  private async askAll(): Promise<void> {
    const { signal } = this.control;
    const held = Math.min(this.store.get().rows.length, WHOLE);
    for (let at = 0; at < Math.max(1, held) && !signal.aborted; at += BLOCK) {
      this.asking.delete(at);
      if ((await this.ask(at, BLOCK, false)) === null) return;
    }
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.rescoring);
    this.control.abort();
    clearTimeout(this.refreshing);
    this.stopFollowing?.();
    this.stopFollowing = null;
  }

  /** These are on screen: what is missing of them is asked for. */
  see(first: number, last: number): void {
    this.seen = [first, last];
    const { rows, matching } = this.store.get();
    if (first > 0 && rows.length > 0) void this.fill();
    for (let at = first - (first % PAGE); at <= Math.min(last, matching - 1); at += PAGE) {
      let isMissing = false;
      for (let i = at; i < Math.min(at + PAGE, matching) && !isMissing; i += 1) isMissing = !rows[i];
      if (isMissing && !this.isAsked(at)) void this.ask(at, PAGE, false);
    }
  }

  private isAsked(at: number): boolean {
    for (const [from, count] of this.asking) if (from <= at && at < from + count) return true;
    return false;
  }

  /** The place of an item in the view, where it is held. */
  placeOf(index: number, trial: number): number | undefined {
    return this.places.get(keyOf(index, trial));
  }

  private async ask(offset: number, limit: number, afresh: boolean): Promise<string | null> {
    if (this.asking.has(offset) && !afresh) return null;
    this.asking.set(offset, limit);
    const { signal } = this.control;
    try {
      const grid = await ask("get_grid", { run: this.run, offset, limit, ...this.view }, { signal });
      if (signal.aborted) return null;
      this.take(grid, afresh);
      return grid.mark;
    } catch (error) {
      if (signal.aborted) return null;
      const state = this.store.get();
      state.problem = problemOf(error);
      state.loading = false;
      this.store.touch();
      return null;
    } finally {
      this.asking.delete(offset);
    }
  }

  private take(grid: components["schemas"]["Grid"], afresh: boolean): void {
    const state = this.store.get();
    const before = new Map(
      state.rows.filter((held) => held !== undefined).map((held) => [keyOf(held.row[0], held.row[1]), held]),
    );
    // Scores stand by their scorer's place: with other scorers, rows that were not told anew would say wrong things.
    const isOther = namesOf(grid.scorers) !== namesOf(state.scorers);
    if (afresh || isOther || grid.matching !== state.matching) {
      if (afresh || isOther) state.rows = [];
      state.rows.length = grid.matching;
    }
    state.head = grid.run;
    state.columns = grid.columns;
    state.scorers = grid.scorers;
    state.total = grid.total;
    state.matching = grid.matching;
    state.problem = null;
    state.loading = false;
    for (const [i, row] of grid.rows.entries()) {
      const held = before.get(keyOf(row[0], row[1]));
      const scores = grid.scores[i] ?? NO_SCORES;
      state.rows[grid.offset + i] = held ? this.changed(held, row, scores) : this.held(row, scores);
    }
    this.place();
    this.store.touch();
  }

  private held(row: GridRow, scores: Held["scores"] = NO_SCORES): Held {
    this.versions += 1;
    return { row, scores, version: this.versions, stamps: row[7].map(() => 0) };
  }

  private changed(held: Held, row: GridRow, scores: Held["scores"] = held.scores): Held {
    const stamps = row[7].map((cell, i) => (held.stamps[i] ?? 0) + (isSame(cell, held.row[7][i]) ? 0 : 1));
    this.versions += 1;
    return { row, scores, version: this.versions, stamps };
  }

  private place(): void {
    this.places.clear();
    for (const [i, held] of this.store.get().rows.entries()) {
      if (held) this.places.set(keyOf(held.row[0], held.row[1]), i);
    }
  }

  /** Hold a run of ordinary size whole: scrolling then asks for nothing, and new rows find their places. */
  private async fill(): Promise<void> {
    if (this.isFilled) return;
    this.isFilled = true;
    const { signal } = this.control;
    for (let at = PAGE; at < Math.min(this.store.get().matching, WHOLE) && !signal.aborted; at += BLOCK) {
      if ((await this.ask(at, BLOCK, false)) === null) return;
    }
  }

  private follow(mark: string): void {
    this.stopFollowing?.();
    this.stopFollowing = null;
    if (this.isClosed || this.store.get().head?.status !== "running") return;
    this.stopFollowing = follow(
      "live_run",
      { run: this.run, mark },
      {
        onMessage: (message) => {
          if (message.event === "batch") this.apply(message);
          else if (message.event === "partial") this.write(message.parts);
          else this.end(message.head);
        },
        isLast: (message) => message.event === "end",
        onProblem: (problem) => {
          this.stopFollowing = null;
          this.store.get().problem = problem;
          this.store.touch();
        },
      },
    );
  }

  /** Take in rows that are new or changed. */
  apply(batch: Pick<Batch, "head" | "columns" | "rows">): void {
    const state = this.store.get();
    if (batch.head) state.head = batch.head;
    if (batch.columns) state.columns = batch.columns;
    const more: Held[] = [];
    for (const row of batch.rows) {
      const key = keyOf(row[0], row[1]);
      const at = this.places.get(key);
      const held = at === undefined ? undefined : state.rows[at];
      if (at !== undefined && held) state.rows[at] = this.changed(held, row);
      else more.push(this.held(row));
      this.settle(key, row);
    }
    if (more.length > 0) this.insert(more);
    else if (batch.rows.length > 0 && !isPlain(this.view)) this.soonRefresh();
    this.store.touch();
  }

  /** What was being written in a cell stands there now. */
  private settle(key: number, row: GridRow): void {
    const written = this.store.get().partial.get(key);
    if (!written) return;
    for (const column of this.store.get().columns) {
      const state = row[7][column.cell]?.[0];
      if (state !== undefined && state !== 4) written.delete(column.step);
    }
    if (written.size === 0) this.store.get().partial.delete(key);
  }

  private insert(more: Held[]): void {
    const state = this.store.get();
    state.total += more.length;
    const isWhole = state.rows.length === this.places.size;
    if (!isPlain(this.view) || !isWhole) {
      this.soonRefresh();
      return;
    }
    const order = (a: Held | undefined, b: Held | undefined): number =>
      a && b ? a.row[0] - b.row[0] || a.row[1] - b.row[1] : 0;
    const last = state.rows.at(-1);
    more.sort(order);
    const isBehind = !last || order(last, more[0]) < 0;
    state.rows.push(...more);
    if (!isBehind) state.rows.sort(order);
    state.matching = state.rows.length;
    this.place();
  }

  private write(parts: components["schemas"]["Partial"]["parts"]): void {
    const { partial, rows } = this.store.get();
    for (const [index, trial, step, text] of parts) {
      const key = keyOf(index, trial);
      const written = partial.get(key) ?? new Map<string, string>();
      written.set(step, text);
      partial.set(key, written);
      const at = this.places.get(key);
      const held = at === undefined ? undefined : rows[at];
      if (at !== undefined && held) {
        this.versions += 1;
        rows[at] = { ...held, version: this.versions };
      }
    }
    this.store.touch();
  }

  private end(head: RunHead): void {
    const state = this.store.get();
    state.head = head;
    state.partial.clear();
    this.stopFollowing = null;
    this.store.touch();
    this.soonRefresh();
  }

  private soonRefresh(): void {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => void this.refresh(), REFRESH_MS);
  }
}
