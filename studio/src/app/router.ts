/** The page's state is its address: a path with places in it, and a query. Knows no page. */
import { useCallback, useSyncExternalStore } from "react";

export type Params = Readonly<Record<string, string>>;

export interface Place {
  readonly path: string;
  readonly query: string;
}

const listeners = new Set<() => void>();
let place: Place = here();

function here(): Place {
  return typeof location === "undefined"
    ? { path: "/", query: "" }
    : { path: location.pathname, query: location.search };
}

function moved(): void {
  place = here();
  for (const listener of [...listeners]) listener();
}

if (typeof window !== "undefined") window.addEventListener("popstate", moved);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Go to an address of the page. `replace`: without a step back to where one was. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  if (to === place.path + place.query) return;
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  moved();
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, () => place);
}

/** The values of a pattern such as `/runs/:run` in a path, or null where it does not match. `*name` takes the rest. */
export function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  const found: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith("*")) {
      if (given.length <= i) return null;
      found[part.slice(1)] = given.slice(i).map(decoded).join("/");
      return found;
    }
    const value = given[i];
    if (value === undefined) return null;
    if (part.startsWith(":")) found[part.slice(1)] = decoded(value);
    else if (part !== value) return null;
  }
  return wanted.length === given.length ? found : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address from a pattern, its values and a query; empty values are left out. */
export function address(
  pattern: string,
  values: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const path = pattern.replace(/([:*])(\w+)/g, (_, mark: string, name: string) => {
    const whole = encodeURIComponent(String(values[name] ?? ""));
    return mark === "*" ? whole.replaceAll("%2F", "/") : whole;
  });
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") asked.set(key, String(value));
  const text = asked.toString();
  return text ? `${path}?${text}` : path;
}

/** The address with some keys of its query changed; empty ones are taken out. */
export function withQuery(at: Place, changes: Readonly<Record<string, string | number | undefined>>): string {
  const asked = new URLSearchParams(at.query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === "") asked.delete(key);
    else asked.set(key, String(value));
  }
  const text = asked.toString();
  return text ? `${at.path}?${text}` : at.path;
}

/** One key of the query, and how to change it. Typing replaces the address; opening something adds a step back. */
export function useQuery(key: string): [string, (value: string, options?: { push?: boolean }) => void] {
  const at = usePlace();
  const value = new URLSearchParams(at.query).get(key) ?? "";
  const set = useCallback(
    (next: string, { push = false }: { push?: boolean } = {}) =>
      navigate(withQuery(here(), { [key]: next }), { replace: !push }),
    [key],
  );
  return [value, set];
}

/** Change several keys of the query at once. */
export function changeQuery(
  changes: Readonly<Record<string, string | number | undefined>>,
  { push = false }: { push?: boolean } = {},
): void {
  navigate(withQuery(here(), changes), { replace: !push });
}
