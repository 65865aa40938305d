/** What this browser remembers between visits: language, theme, widths, the last run's settings. Never data. */
import { createStore, type Store } from "./store";

export function createKept<T>(name: string, initial: T, isValid: (value: unknown) => value is T): Store<T> {
  const key = `loomwork.${name}`;
  const store = createStore<T>(read(key, initial, isValid), { soon: false });
  store.subscribe(() => {
    try {
      localStorage.setItem(key, JSON.stringify(store.get()));
    } catch {
      // A browser that keeps nothing: the page works, and forgets.
    }
  });
  return store;
}

function read<T>(key: string, initial: T, isValid: (value: unknown) => value is T): T {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return isValid(kept) ? kept : initial;
  } catch {
    return initial;
  }
}
