/** The answers that are being written: a store outside React, one stream. Knows no component. */
import type { components } from "../../api/client";
import type { Problem } from "../../api/problem";
import { follow } from "../../api/stream";
import { createDrafts } from "../../state/drafts";
import { createStore } from "../../state/store";
import { asked, type Draft, type VariantDraft } from "./draft";

export type PlayDone = components["schemas"]["PlayDone"];

export interface Answered {
  readonly text: string;
  readonly reasoning: string;
  readonly state: "waiting" | "writing" | "done" | "stopped";
  readonly done: PlayDone | null;
  readonly problem: Problem | null;
}

const WAITING: Answered = { text: "", reasoning: "", state: "waiting", done: null, problem: null };

/** By the variant's id. */
export const answers = createStore<ReadonlyMap<number, Answered>>(new Map());
export const playing = createStore<boolean>(false, { soon: false });

type Entries = readonly (readonly [number, Answered])[];
const isEntries = (value: unknown): value is Entries =>
  Array.isArray(value) && value.every((each) => Array.isArray(each) && typeof each[1]?.text === "string");
/** As the drafts are, by what was opened. */
const kept = createDrafts<Entries>("answers", isEntries);
let source: string | null = null;
let close: (() => void) | null = null;

function change(id: number, changes: (now: Answered) => Answered): void {
  answers.set((now) => new Map(now).set(id, changes(now.get(id) ?? WAITING)));
}

function ended(problem: Problem | null): void {
  close = null;
  playing.set(false);
  answers.set((now) => {
    const next = new Map(now);
    for (const [id, each] of now) {
      if (each.state === "waiting" || each.state === "writing") next.set(id, { ...each, state: "stopped", problem });
    }
    return next;
  });
  if (source !== null) kept.keep(source, [...answers.get()]);
}

/** Show what was answered to what is opened: when it was open last, or nothing yet. */
export function show(opened: string): void {
  if (opened === source) return;
  stop();
  source = opened;
  answers.set(new Map(kept.get(opened) ?? []));
}

/** Ask some variants; what was being asked is stopped first. */
export function play(draft: Draft, variants: readonly VariantDraft[], fresh: boolean): void {
  stop();
  const ids = variants.map((each) => each.id);
  answers.set((now) => {
    const next = new Map(now);
    for (const id of ids) next.set(id, WAITING);
    return next;
  });
  playing.set(true);
  const body = {
    variants: variants.map((each) => asked(draft, each)),
    inputs: draft.inputs as Record<string, never>,
    fresh,
  };
  close = follow(
    "playground",
    {},
    {
      unresting: true,
      isLast: (message) => message.event === "end",
      onProblem: ended,
      onMessage(message) {
        if (message.event === "end") ended(null);
        else if (message.event === "delta") {
          const key = message.kind === "reasoning" ? "reasoning" : "text";
          change(ids[message.variant] ?? -1, (now) => ({
            ...now,
            state: "writing",
            [key]: now[key] + message.text,
          }));
        } else if (message.event === "done") {
          change(ids[message.variant] ?? -1, (now) => ({
            ...now,
            state: "done",
            text: message.text || now.text,
            done: message,
            problem: message.problem,
          }));
        }
      },
    },
    body,
  );
}

export function stop(): void {
  if (!close) return;
  close();
  ended(null);
}

/** Begun anew: there are no answers yet. */
export function forget(): void {
  stop();
  if (source !== null) kept.drop(source);
  answers.set(new Map());
}
