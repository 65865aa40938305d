/**
 * Server-sent events over fetch: goes on where it stopped (`Last-Event-ID`), comes back when the server does, and rests
 * while the page is hidden (a browser gives one server six connections, and every tab wants some). Knows no page.
 */
import { type Asked, type Body, located, type Message, reached, refusal, type StreamName } from "./client";
import { answered, lost } from "./connection";
import { ApiProblem, isProblem, type Problem } from "./problem";
import { type SseMessage, SseReader } from "./sse";

export interface Follower<M> {
  onMessage(message: M): void;
  /** The stream cannot go on: the server says why. */
  onProblem?(problem: Problem): void;
  /** Says of a message that it is the stream's last. A stream that breaks off before that is asked for anew. */
  isLast?(message: M): boolean;
  /** Where to go on from at first. */
  from?: string;
  /** Goes on while the page is hidden: for what must not be lost, such as an answer that is being written. */
  unresting?: boolean;
}

const WAIT_MS = 300;
const LONGEST_MS = 5000;

/** Follow a stream until the function that is returned is called. */
export function follow<N extends StreamName>(
  name: N,
  asked: Asked<N>,
  follower: Follower<Message<N>>,
  body?: Body<N>,
): () => void {
  let closed = false;
  let last = follower.from ?? "";
  let current: AbortController | null = null;
  let wake: (() => void) | null = null;
  let wait = WAIT_MS;

  const rested = (): boolean => document.hidden && !follower.unresting;
  const onVisibility = (): void => {
    if (rested()) current?.abort();
    else wake?.();
  };
  const until = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const take = (message: SseMessage): void => {
    if (message.id) last = message.id;
    const data: unknown = JSON.parse(message.data);
    if (message.event === "problem" && isProblem(data)) throw new ApiProblem(data, 200);
    follower.onMessage(data as Message<N>);
    if (follower.isLast?.(data as Message<N>)) closed = true;
    wait = WAIT_MS;
  };

  const once = async (): Promise<void> => {
    current = new AbortController();
    const { method, url } = located(name, asked);
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (last) headers["Last-Event-ID"] = last;
    const init: RequestInit = { method, headers, signal: current.signal, cache: "no-store" };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      headers["Content-Type"] = "application/json";
    }
    const response = await reached(url, init);
    if (!response.ok) throw await refusal(response);
    const reader = response.body?.getReader();
    if (!reader) return;
    const sse = new SseReader(take);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      answered();
      sse.push(value);
    }
  };

  const loop = async (): Promise<void> => {
    while (!closed) {
      if (rested()) {
        await until(Number.POSITIVE_INFINITY);
        continue;
      }
      try {
        await once();
        if (closed) return;
        if (body !== undefined) throw new ApiProblem(BROKEN, 0);
      } catch (error) {
        if (closed) return;
        if (error instanceof ApiProblem && error.status !== 0) {
          follower.onProblem?.(error.problem);
          return;
        }
        if (body !== undefined) {
          // What was sent is not sent twice by itself.
          follower.onProblem?.(error instanceof ApiProblem ? error.problem : new ApiProblem(BROKEN, 0).problem);
          return;
        }
        if (!rested()) lost();
      }
      if (rested()) continue;
      await until(wait);
      wait = Math.min(wait * 1.6, LONGEST_MS);
    }
  };

  document.addEventListener("visibilitychange", onVisibility);
  void loop();
  return () => {
    closed = true;
    document.removeEventListener("visibilitychange", onVisibility);
    current?.abort();
    wake?.();
  };
}

const BROKEN: Problem = {
  kind: "StreamBroken",
  en: { what: "the connection broke while the answer was coming", todo: "try again" },
  zh: { what: "回答传输途中连接断开", todo: "请重试" },
};
