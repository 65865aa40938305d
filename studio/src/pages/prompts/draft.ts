/** A prompt's text as it is being written, against the file on disk; kept in this browser until it is saved. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { ApiProblem, type Problem, problemOf } from "../../api/problem";
import { useToldOnLeaving } from "../../app/leaving";
import { notify } from "../../app/toasts";
import { type KeptText, promptDrafts } from "../../state/drafts";
import { useFiles } from "../../state/project";

export type Detail = Answer<"get_prompt">;
export type Checked = Answer<"check_prompt">;

export interface Draft {
  readonly text: string;
  /** What the file held when this was begun, or when it was saved. */
  readonly base: string;
  readonly digest: string;
  /** What the file holds meanwhile, where both sides changed. */
  readonly outside: { readonly text: string; readonly digest: string } | null;
  readonly wasTaken: boolean;
  /** It was written before, and not saved then. */
  readonly wasKept: boolean;
}

export const isDirty = (draft: Draft | null): draft is Draft => draft !== null && draft.text !== draft.base;

/** The draft after the file was read anew: an untouched one follows the file, another is told of it. */
export function followed(draft: Draft | null, read: { text: string; digest: string }): Draft {
  const anew = { text: read.text, base: read.text, digest: read.digest, outside: null };
  if (!draft) return { ...anew, wasTaken: false, wasKept: false };
  if (read.digest === draft.digest) return { ...draft, outside: null };
  if (draft.text === read.text) return { ...draft, ...anew };
  if (draft.text === draft.base) return { ...anew, wasTaken: true, wasKept: false };
  return { ...draft, outside: { text: read.text, digest: read.digest } };
}

/** What one begins with: the file's text, or what was written before and not saved, against the file as it is now. */
export function begun(kept: KeptText | null, read: { text: string; digest: string }): Draft {
  if (!kept || kept.text === read.text) return followed(null, read);
  return followed({ ...kept, outside: null, wasTaken: false, wasKept: true }, read);
}

export interface Writing {
  readonly detail: Detail | null;
  readonly draft: Draft | null;
  readonly problem: Problem | null;
  readonly loadProblem: Problem | null;
  readonly isSaving: boolean;
  write(text: string): void;
  /** Whether the file holds the text now. */
  save(): Promise<boolean>;
  /** What was written goes; the file's text stands again. */
  throwAway(): void;
  takeTheirs(): void;
  keepMine(): void;
  reload(): void;
}

async function byPath(path: string, signal: AbortSignal): Promise<Detail | null> {
  const { prompts } = await ask("list_prompts", {}, { signal });
  const head = prompts.find((each) => each.path === path);
  return head ? ask("get_prompt", { name: head.name }, { signal }) : null;
}

/** By the prompt's name, or by its file's path. `savedTells`: what is said when it was saved. */
export function useDraft(of: { name: string } | { path: string }, savedTells: () => string): Writing & Found {
  const loaded = useLoaded<{ detail: Detail | null }>(
    "name" in of ? `prompt ${of.name}` : `prompt at ${of.path}`,
    async (signal) => ({
      detail: "name" in of ? await ask("get_prompt", { name: of.name }, { signal }) : await byPath(of.path, signal),
    }),
  );
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSaving, setSaving] = useState(false);
  const { data, reload } = loaded;
  const detail = data?.detail ?? null;
  const path = detail?.path ?? "";
  const name = detail?.name ?? "";
  useEffect(() => {
    if (detail) setDraft((now) => (now ? followed(now, detail) : begun(promptDrafts.get(detail.path), detail)));
  }, [detail]);
  /** Something was written here: another tab's draft is not ours to drop. */
  const isOurs = useRef(false);
  useEffect(() => {
    if (!path || !draft) return;
    if (isDirty(draft)) {
      isOurs.current = true;
      promptDrafts.keep(path, { text: draft.text, base: draft.base, digest: draft.digest });
    } else if (isOurs.current) {
      isOurs.current = false;
      promptDrafts.drop(path);
    }
  }, [path, draft]);
  useToldOnLeaving(isDirty(draft));
  useFiles((files) => {
    if (files.some((file) => file.path === path && file.digest !== draft?.digest)) reload();
  });
  const put = useCallback(
    async (text: string, digest: string): Promise<boolean> => {
      setSaving(true);
      setProblem(null);
      try {
        const written = await ask("put_prompt", { name }, { text, digest });
        setDraft(
          (now) =>
            now && { ...now, base: text, digest: written.digest, outside: null, wasTaken: false, wasKept: false },
        );
        notify("ok", savedTells());
        reload();
        return true;
      } catch (error) {
        if (error instanceof ApiProblem && error.kind === "ChangedMeanwhile") reload();
        else setProblem(problemOf(error));
        return false;
      } finally {
        setSaving(false);
      }
    },
    [name, reload, savedTells],
  );
  const isKnown = data !== null;
  return {
    isUnknown: isKnown && detail === null,
    isLoading: loaded.loading,
    detail,
    draft,
    problem,
    loadProblem: loaded.problem,
    isSaving,
    write: (text) => {
      setProblem(null);
      setDraft((now) => now && { ...now, text });
    },
    save: async () => {
      if (!isDirty(draft) || draft.outside || isSaving) return false;
      return put(draft.text, draft.digest);
    },
    throwAway: () => {
      setProblem(null);
      setDraft((now) => now && followed(null, now.outside ?? { text: now.base, digest: now.digest }));
    },
    takeTheirs: () => setDraft((now) => (now?.outside ? { ...followed(null, now.outside), wasTaken: true } : now)),
    keepMine: () => {
      if (draft?.outside) void put(draft.text, draft.outside.digest);
    },
    reload,
  };
}

export interface Found {
  /** There is no such prompt. */
  readonly isUnknown: boolean;
  readonly isLoading: boolean;
}

const CHECK_MS = 250;

/** Whether a text could be used, checked as it is written. */
export function useChecked(name: string, text: string | null): Checked | null {
  const [checked, setChecked] = useState<Checked | null>(null);
  useEffect(() => {
    if (text === null) return;
    const control = new AbortController();
    const timer = setTimeout(() => {
      ask("check_prompt", {}, { name, text }, { signal: control.signal }).then(setChecked, () => undefined);
    }, CHECK_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [name, text]);
  return checked;
}

/** What was typed for a variable: a list or an object as JSON, anything else as text. */
export function asInput(typed: string): unknown {
  if (!/^\s*[[{]/.test(typed)) return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}
