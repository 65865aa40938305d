/** Ask the API by an operation's name, with its types. Knows no page. */
import { answered, lost } from "./connection";
import { ApiProblem, GONE, isProblem } from "./problem";
import { routes } from "./routes";
import type { operations } from "./schema";

export type { components } from "./schema";

type Name = keyof typeof routes & keyof operations;
type Of<N extends Name, P extends "path" | "query"> = operations[N] extends { parameters: infer A }
  ? P extends keyof A
    ? [NonNullable<A[P]>] extends [never]
      ? unknown
      : NonNullable<A[P]>
    : unknown
  : unknown;
/** What an operation is asked with: the values of its path and its query, in one object. */
export type Asked<N extends Name> = Of<N, "path"> & Of<N, "query">;
type Json<C> = C extends { content: { "application/json": infer B } } ? B : never;
/** What it is sent. Keys with a default may be left out. */
export type Body<N extends Name> = operations[N] extends { requestBody: infer R } ? Partial<Json<R>> : undefined;
/** What it answers. */
export type Answer<N extends Name> = operations[N] extends { responses: { 200: infer R } } ? Json<R> : never;
type Stream<C> = C extends { content: { "text/event-stream": infer B } } ? B : never;
/** A message of a stream, told apart by `event`. */
export type Message<N extends Name> = operations[N] extends { responses: { 200: infer R } } ? Stream<R> : never;

export type StreamName = { [N in Name]: (typeof routes)[N]["form"] extends "stream" ? N : never }[Name];
type JsonName = { [N in Name]: (typeof routes)[N]["form"] extends "json" ? N : never }[Name];

export interface Asking {
  signal?: AbortSignal | undefined;
}

/** Where an operation is: its method, and its address with the values in their places. */
export function located<N extends Name>(name: N, asked: Asked<N>): { method: string; url: string } {
  const route = routes[name];
  const rest = new URLSearchParams();
  const values: Record<string, unknown> = { ...(asked as Record<string, unknown>) };
  const path = route.path.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(values[key] ?? "");
    delete values[key];
    return encodeURIComponent(value).replaceAll("%2F", "/");
  });
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === null || value === "") continue;
    for (const each of Array.isArray(value) ? value : [value]) rest.append(key, String(each));
  }
  const query = rest.toString();
  return { method: route.method, url: query ? `${path}?${query}` : path };
}

/** Ask; raise what is wrong as an `ApiProblem`. */
export async function ask<N extends JsonName>(
  name: N,
  asked: Asked<N>,
  ...rest: Body<N> extends undefined ? [Asking?] : [Body<N>, Asking?]
): Promise<Answer<N>> {
  const hasBody = ["POST", "PUT"].includes(routes[name].method);
  const [body, asking] = hasBody && rest.length > 0 ? [rest[0], rest[1] as Asking] : [undefined, rest[0] as Asking];
  const { method, url } = located(name, asked);
  const init: RequestInit = { method, signal: asking?.signal ?? null, cache: "no-store" };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await reached(url, init);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as Answer<N>;
}

/** Fetch, and note whether the server is there. */
export async function reached(url: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, init);
    answered();
    return response;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    lost();
    throw new ApiProblem(GONE, 0);
  }
}

export async function refusal(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  try {
    const told: unknown = JSON.parse(text);
    if (isProblem(told)) return new ApiProblem(told, response.status);
  } catch {
    // Not ours: said as it came.
  }
  const what = text.slice(0, 300) || response.statusText;
  return new ApiProblem({ kind: "Unreadable", en: { what, todo: "" }, zh: { what, todo: "" } }, response.status);
}
