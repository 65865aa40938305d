/** What a run is started with, and what was given the last time. Knows no component. */
import type { Body } from "../../api/client";
import { createKept } from "../../state/kept";
import type { RunHead } from "../../state/project";
import { type NumberRule, numberFault, numberOf } from "../../ui/numbers";

export interface Form {
  readonly target: string;
  readonly data: string;
  readonly limit: string;
  readonly trials: string;
  readonly refresh: string;
  readonly maxCost: string;
  readonly allowUnknown: boolean;
}

export const EMPTY: Form = {
  target: "",
  data: "",
  limit: "",
  trials: "1",
  refresh: "",
  maxCost: "",
  allowUnknown: false,
};

const isForm = (value: unknown): value is Form =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(EMPTY).every(([key, one]) => typeof (value as Record<string, unknown>)[key] === typeof one);

/** The last one given, of any target. */
export const lastForm = createKept<Form>("run", EMPTY, isForm);

/** What a form can begin from. */
export type Like = Pick<RunHead, "target" | "data" | "trials">;

/** The form to begin with: of the run that is open, with what was given for the same target the last time. */
export function formLike(head: Like | null, last: Form): Form {
  if (!head) return last;
  if (head.target === last.target && head.data === last.data) return last;
  return { ...EMPTY, target: head.target, data: head.data, trials: String(head.trials) };
}

export const LIMIT: NumberRule = { form: "whole", least: 1, empty: "allowed" };
export const TRIALS: NumberRule = { form: "whole", least: 1 };

/** Whether its numbers are numbers: what is none would otherwise be no limit. */
export const isSound = (form: Form): boolean =>
  numberFault(form.limit, LIMIT) === null && numberFault(form.trials, TRIALS) === null;

export function bodyOf(form: Form): Body<"start_run"> {
  return {
    target: form.target.trim(),
    data: form.data.trim(),
    limit: numberOf(form.limit, LIMIT),
    trials: numberOf(form.trials, TRIALS) ?? 1,
    refresh: form.refresh
      .split(/[,，\s]+/)
      .map((each) => each.trim())
      .filter(Boolean),
    max_cost: form.maxCost.trim(),
    allow_unknown_price: form.allowUnknown,
  };
}
