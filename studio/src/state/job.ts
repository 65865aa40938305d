/** One job, followed until it ends: the stream tells of it, and it is asked for where the stream is silent. */
import { useEffect } from "react";
import { ask } from "../api/client";
import { type Job, jobs, noteJob } from "./project";
import { useStore } from "./store";

const LOOK_MS = 500;

export const isOver = (job: Job): boolean => job.status !== "running" && job.status !== "starting";

export function useJob(id: string): Job | null {
  const known = useStore(jobs, (all) => all.get(id) ?? null);
  const over = known !== null && isOver(known);
  useEffect(() => {
    if (!id || over) return;
    const timer = setInterval(() => void ask("get_job", { job: id }).then(noteJob, () => undefined), LOOK_MS);
    return () => clearInterval(timer);
  }, [id, over]);
  return known;
}
