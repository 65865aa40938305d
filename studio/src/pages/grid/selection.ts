/** What is open beside the grid is in the address: an item, a cell of it, the reason, a prompt file. */
import { useMemo } from "react";
import { changeQuery, usePlace } from "../../app/router";

export interface Selection {
  readonly index: number;
  readonly trial: number;
  /** Empty: the whole item. */
  readonly step: string;
  readonly nth: number;
  readonly why: boolean;
  /** A scorer whose score is looked at. */
  readonly score: string;
  /** A prompt file that is being edited. */
  readonly prompt: string;
}

export function useSelection(): Selection | null {
  const { query } = usePlace();
  return useMemo(() => {
    const asked = new URLSearchParams(query);
    const index = asked.get("item");
    const prompt = asked.get("prompt") ?? "";
    if (index === null && !prompt) return null;
    return {
      index: index === null ? -1 : Number(index),
      trial: Number(asked.get("trial") ?? 0),
      step: asked.get("step") ?? "",
      nth: Number(asked.get("nth") ?? 0),
      why: asked.get("why") === "1",
      score: asked.get("score_of") ?? "",
      prompt,
    };
  }, [query]);
}

/** Open a cell (or an item, without a step). Moving from one to the next leaves no trail in the history. */
export function select(
  to: { index: number; trial: number; step: string; nth?: number; why?: boolean; score?: string },
  options: { push?: boolean } = {},
): void {
  const { index, trial, step, nth = 0, why = false, score = "" } = to;
  changeQuery(
    {
      item: index,
      trial: trial || undefined,
      step,
      nth: nth || undefined,
      why: why ? "1" : "",
      score_of: score,
      prompt: "",
      opening: "",
    },
    options,
  );
}

/** Show the item, and the window in which a case of it is opened. */
export function openCase(index: number, trial: number, score = ""): void {
  changeQuery(
    {
      item: index,
      trial: trial || undefined,
      step: "",
      nth: undefined,
      why: "",
      prompt: "",
      score_of: score,
      opening: "1",
    },
    { push: true },
  );
}

export function closeSelection(): void {
  changeQuery({
    item: undefined,
    trial: undefined,
    step: "",
    nth: undefined,
    why: "",
    score_of: "",
    prompt: "",
    opening: "",
  });
}
