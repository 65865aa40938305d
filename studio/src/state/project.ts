/** What the whole project tells while the page is open: runs, jobs, files, cases. One stream, whoever listens. */
import { useEffect, useRef } from "react";
import type { components } from "../api/client";
import type { Problem } from "../api/problem";
import { follow } from "../api/stream";
import { createStore } from "./store";

export type RunHead = components["schemas"]["RunHead"];
export type Job = components["schemas"]["Job"];
export type ChangedFile = components["schemas"]["ChangedFile"];

/** Heads that were told of since the page was opened, by run. */
export const heads = createStore<ReadonlyMap<string, RunHead>>(new Map());
/** Jobs, by id. */
export const jobs = createStore<ReadonlyMap<string, Job>>(new Map());

/** What is wrong with the project's settings, as far as is known; null: they can be read. */
export const settingsProblem = createStore<Problem | null>(null);

/** Another number whenever something became of a case. */
export const cases = createStore(0);

const listeners = new Set<(files: readonly ChangedFile[]) => void>();

export function startProject(): void {
  follow(
    "events",
    {},
    {
      onMessage(message) {
        if (message.event === "runs") heads.set((now) => added(now, message.runs));
        else if (message.event === "jobs") jobs.set((now) => added(now, message.jobs));
        else if (message.event === "cases") cases.set(message.newest);
        else for (const listener of [...listeners]) listener(message.files);
      },
    },
  );
}

function added<T extends { id: string }>(now: ReadonlyMap<string, T>, more: readonly T[]): ReadonlyMap<string, T> {
  const next = new Map(now);
  for (const each of more) next.set(each.id, each);
  return next;
}

export function noteJob(job: Job): void {
  jobs.set((now) => added(now, [job]));
}

/** Hear of files that changed on disk, whoever wrote them. */
export function useFiles(heard: (files: readonly ChangedFile[]) => void): void {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const listener = (files: readonly ChangedFile[]): void => latest.current(files);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
}
