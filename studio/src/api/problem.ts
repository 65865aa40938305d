/** What the server, or the way to it, says is wrong; in both languages. Knows no endpoint. */
import { type Language, language } from "../i18n/words";
import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];
export type Told = components["schemas"]["Told"];

export class ApiProblem extends Error {
  readonly problem: Problem;
  readonly status: number;

  constructor(problem: Problem, status: number) {
    super(problem.en.what);
    this.name = "ApiProblem";
    this.problem = problem;
    this.status = status;
  }

  get kind(): string {
    return this.problem.kind;
  }
}

/** The server did not answer. */
export const GONE: Problem = {
  kind: "ServerGone",
  en: {
    what: "the studio's server does not answer",
    todo: "start `loomwork studio` again; this page goes on by itself",
  },
  zh: { what: "工作台的服务没有回应", todo: "重新启动 `loomwork studio`，本页会自动恢复" },
};

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "kind" in value && "en" in value && "zh" in value;
}

/** Any error as a problem: what is not ours is said as it came. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  const what = error instanceof Error ? error.message : String(error);
  return { kind: "Unexpected", en: { what, todo: "reload the page" }, zh: { what, todo: "重新载入本页" } };
}

export function toldIn(problem: Problem, spoken: Language = language.get()): Told {
  return spoken === "zh" ? problem.zh : problem.en;
}
