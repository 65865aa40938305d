/** What the page asks of its server, and the answer's pieces as they come. Knows nothing of what is shown. */
import { SseReader } from "../api/sse";
import { language } from "./words";

/** A text in both languages. */
export interface Both {
  readonly en: string;
  readonly zh: string;
}
export interface Field {
  readonly name: string;
  readonly type: "text" | "long" | "number" | "integer" | "yes" | "choice" | "lines" | "date" | "json";
  readonly label: Both;
  readonly tells: Both;
  readonly required: boolean;
  readonly default: unknown;
  readonly choices: readonly string[];
}
export interface About {
  readonly card: {
    readonly name: string;
    readonly title: Both;
    readonly kind: "chat" | "form";
    readonly tells: Both;
    readonly remembers: boolean;
    readonly fields: readonly Field[];
    readonly note: string;
  };
  readonly visitor: string;
  readonly can_rate: boolean;
  readonly can_see_traces: boolean;
}
export interface Citation {
  readonly sentence: string;
  readonly doc: string;
  readonly path: string;
  readonly title: string;
  readonly place: string;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}
export interface Answered {
  readonly text: string | null;
  readonly value: unknown;
  readonly citations: readonly Citation[];
  readonly notes: readonly string[];
  readonly degraded: string;
  readonly cached: boolean;
}
export interface Passage {
  readonly title: string;
  readonly path: string;
  readonly section: readonly string[];
  readonly page: number;
  readonly before: string;
  readonly quote: string;
  readonly after: string;
  readonly starts: boolean;
  readonly ends: boolean;
}
export interface Made {
  readonly depth: number;
  readonly name: string;
  readonly kind: string;
  readonly ms: number;
  readonly state: "ok" | "failed" | "kept";
  readonly model: string;
  readonly tokens: number;
  readonly given: string;
  readonly gave: string;
  readonly error: string;
}
export interface Turn {
  readonly role: "user" | "assistant";
  readonly text: string;
}
export interface Asked {
  readonly session: string;
  readonly turns: readonly Turn[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly fresh: boolean;
}
/** A turn of before, as the server has kept it. */
export interface Kept {
  readonly trace: string;
  readonly question: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly answer: Answered | null;
  readonly error: string;
  readonly rating: number;
  readonly comment: string;
}
/** What is told while an answer is made. */
export interface Listener {
  start(trace: string): void;
  text(piece: string): void;
  answered(whole: Answered): void;
}

/** Why there is no answer: its kind, for the page's own words, and the server's sentence. */
export class Refused extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** `/try/NAME`: everything that a page asks lies beneath its own address, where its session is sent to. */
const here = (path: string): string => `/try/${encodeURIComponent(name())}/${path}`;

export function name(): string {
  return decodeURIComponent(location.pathname.split("/")[2] ?? "");
}

async function answerOf(path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(here(path), {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      headers: {
        "accept-language": language(),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(signal ? { signal } : {}),
      cache: "no-store",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused("offline", "");
  }
  if (answer.ok) return answer;
  const told: unknown = await answer.json().catch(() => null);
  const error = (told as { error?: { kind?: string; message?: string } } | null)?.error;
  throw new Refused(error?.kind ?? "broken", error?.message ?? "");
}

const read = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T;
export const enter = (token: string): Promise<About> => read(answerOf("enter", { token }));
export const about = (): Promise<About> => read(answerOf("about"));
export const talk = (session: string): Promise<{ turns: readonly Kept[] }> =>
  read(answerOf(`talk/${encodeURIComponent(session)}`));
export const passage = ({ doc, start, end, quote }: Citation): Promise<Passage> =>
  read(answerOf("passage", { doc, start, end, quote }));
export const made = (trace: string): Promise<{ lines: readonly Made[]; more: boolean }> =>
  read(answerOf(`made/${trace}`));
export const rate = (trace: string, rating: number, comment: string): Promise<unknown> =>
  read(answerOf("feedback", { trace, rating, comment }));

/** Ask, and tell of the answer as it comes. Aborting hangs up, and the server ends the call. */
export async function ask(asked: Asked, listener: Listener, signal: AbortSignal): Promise<void> {
  const answer = await answerOf("ask", asked, signal);
  let refused: Refused | null = null;
  let isWhole = false;
  const reader = new SseReader(({ event, data }) => {
    const told: unknown = JSON.parse(data);
    if (event === "start") listener.start((told as { trace: string }).trace);
    else if (event === "text") listener.text((told as { text: string }).text);
    else if (event === "answered") listener.answered(told as Answered);
    else if (event === "end") isWhole = true;
    else if (event === "problem") {
      const { kind, message } = told as { kind: string; message: string };
      refused = new Refused(kind, message);
    }
  });
  const pieces = answer.body?.getReader();
  while (pieces) {
    const { value, done } = await pieces.read().catch((error: unknown) => {
      throw signal.aborted ? error : new Refused("cut", "");
    });
    if (done) break;
    reader.push(value);
  }
  if (refused) throw refused;
  if (!isWhole) throw new Refused("cut", "");
}
