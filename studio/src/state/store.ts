/** State outside React: a value, who listens, and the tick at which they are told. Knows no page. */
import { useCallback, useRef, useSyncExternalStore } from "react";
import { atNextTick } from "./tick";

export interface Store<T> {
  get(): T;
  /** Replace the value; equal values tell nobody. */
  set(next: T | ((now: T) => T)): void;
  /** Tell listeners at the next tick, where the value was changed in place. */
  touch(): void;
  subscribe(listener: () => void): () => void;
  /** Grows with every change: what snapshots of values changed in place are told apart by. */
  version(): number;
}

export function createStore<T>(initial: T, { soon = true }: { soon?: boolean } = {}): Store<T> {
  let value = initial;
  let version = 0;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const touch = (): void => {
    version += 1;
    if (soon) atNextTick(tell);
    else tell();
  };
  return {
    get: () => value,
    set(next) {
      const made = typeof next === "function" ? (next as (now: T) => T)(value) : next;
      if (Object.is(made, value)) return;
      value = made;
      touch();
    },
    touch,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    version: () => version,
  };
}

/** The value, or what `pick` takes of it; `same` says whether two picks show the same. */
export function useStore<T, P = T>(
  store: Store<T>,
  pick: (value: T) => P = (value) => value as unknown as P,
  same: (a: P, b: P) => boolean = Object.is,
): P {
  const last = useRef<{ picked: P } | null>(null);
  const snapshot = useCallback(() => {
    const picked = pick(store.get());
    if (last.current && same(last.current.picked, picked)) return last.current.picked;
    last.current = { picked };
    return picked;
  }, [store, pick, same]);
  return useSyncExternalStore(store.subscribe, snapshot);
}

/** Changes whenever the store does: for values that are changed in place. */
export function useVersion<T>(store: Store<T>): number {
  return useSyncExternalStore(store.subscribe, store.version);
}
