/** Short notices in the corner. */
import { type Problem, problemOf, toldIn } from "../api/problem";
import { createStore } from "../state/store";

export interface Toast {
  readonly id: number;
  readonly tone: "ok" | "error" | "plain";
  readonly what: string;
  readonly todo: string;
}

export const toasts = createStore<readonly Toast[]>([], { soon: false });
let next = 1;
const STAYS_MS = { ok: 4000, plain: 4000, error: 12_000 };

export function notify(tone: Toast["tone"], what: string, todo = ""): void {
  const id = next++;
  toasts.set((now) => [...now.slice(-3), { id, tone, what, todo }]);
  setTimeout(() => dismiss(id), STAYS_MS[tone]);
}

/** Tell of an error in the person's language. */
export function notifyProblem(error: unknown): void {
  const problem: Problem = problemOf(error);
  const told = toldIn(problem);
  notify("error", told.what, told.todo);
}

export function dismiss(id: number): void {
  toasts.set((now) => now.filter((each) => each.id !== id));
}
