/** A prompt's text as it is being written, against the file on disk. */
import { useCallback, useEffect, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { ApiProblem, type Problem, problemOf } from "../../api/problem";
import { notify } from "../../app/toasts";
import { wordsNow } from "../../i18n/words";
import { useFiles } from "../../state/project";
import { words } from "./words";

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
}

/** The draft after the file was read anew: an untouched one follows the file, another is told of it. */
export function followed(draft: Draft | null, read: { text: string; digest: string }): Draft {
  const anew = { text: read.text, base: read.text, digest: read.digest, outside: null };
  if (!draft) return { ...anew, wasTaken: false };
  if (read.digest === draft.digest) return { ...draft, outside: null };
  if (draft.text === read.text) return { ...draft, ...anew };
  if (draft.text === draft.base) return { ...anew, wasTaken: true };
  return { ...draft, outside: { text: read.text, digest: read.digest } };
}

export interface Writing {
  readonly detail: Detail | null;
  readonly draft: Draft | null;
  readonly problem: Problem | null;
  readonly loadProblem: Problem | null;
  readonly isSaving: boolean;
  write(text: string): void;
  save(): void;
  takeTheirs(): void;
  keepMine(): void;
  reload(): void;
}

export function useDraft(name: string): Writing {
  const loaded = useLoaded(`prompt ${name}`, (signal) => ask("get_prompt", { name }, { signal }));
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSaving, setSaving] = useState(false);
  const { data, reload } = loaded;
  useEffect(() => {
    if (data) setDraft((now) => followed(now, data));
  }, [data]);
  useFiles((files) => {
    if (files.some((file) => file.path === data?.path && file.digest !== draft?.digest)) reload();
  });
  const put = useCallback(
    async (text: string, digest: string): Promise<void> => {
      setSaving(true);
      setProblem(null);
      try {
        const written = await ask("put_prompt", { name }, { text, digest });
        setDraft((now) => now && { ...now, base: text, digest: written.digest, outside: null, wasTaken: false });
        notify("ok", wordsNow(words).saved);
        reload();
      } catch (error) {
        if (error instanceof ApiProblem && error.kind === "ChangedMeanwhile") reload();
        else setProblem(problemOf(error));
      } finally {
        setSaving(false);
      }
    },
    [name, reload],
  );
  return {
    detail: data,
    draft,
    problem,
    loadProblem: loaded.problem,
    isSaving,
    write: (text) => setDraft((now) => now && { ...now, text }),
    save: () => {
      if (draft && draft.text !== draft.base && !draft.outside && !isSaving) void put(draft.text, draft.digest);
    },
    takeTheirs: () => setDraft((now) => (now?.outside ? { ...followed(null, now.outside), wasTaken: true } : now)),
    keepMine: () => {
      if (draft?.outside) void put(draft.text, draft.outside.digest);
    },
    reload,
  };
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
