/** A prompt file, edited in place: the file on disk is the truth, and an edit from outside is shown with a choice. */
import { useCallback, useEffect, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { ApiProblem, type Problem, problemOf } from "../../api/problem";
import { notify } from "../../app/toasts";
import { useWords } from "../../i18n/words";
import { useFiles } from "../../state/project";
import { Button } from "../../ui/Button";
import { Diff } from "../../ui/Diff";
import { Editor } from "../../ui/Editor";
import { Panel } from "../../ui/Panel";
import { Loading, ProblemNote } from "../../ui/Told";
import { words } from "./words";

type Detail = Answer<"get_prompt">;

interface Props {
  /** Of the file, in the project. */
  path: string;
  onClose: () => void;
  onRun: () => void;
}

/** What is being edited: the text, what it began from, and what the file says meanwhile. */
interface Draft {
  readonly name: string;
  readonly text: string;
  readonly base: string;
  readonly digest: string;
  readonly outside: { readonly text: string; readonly digest: string } | null;
  readonly wasTaken: boolean;
}

async function byPath(path: string, signal: AbortSignal): Promise<Detail | null> {
  const { prompts } = await ask("list_prompts", {}, { signal });
  const head = prompts.find((each) => each.path === path);
  return head ? ask("get_prompt", { name: head.name }, { signal }) : null;
}

const begun = (read: Detail): Draft => ({
  name: read.name,
  text: read.text,
  base: read.text,
  digest: read.digest,
  outside: null,
  wasTaken: false,
});

/** The draft after the file was read anew: an untouched one follows the file, another is told of it. */
export function reread(draft: Draft, read: Pick<Detail, "text" | "digest">): Draft {
  if (read.digest === draft.digest) return { ...draft, outside: null };
  if (draft.text === read.text) return { ...draft, base: read.text, digest: read.digest, outside: null };
  if (draft.text === draft.base)
    return { ...draft, text: read.text, base: read.text, digest: read.digest, outside: null, wasTaken: true };
  return { ...draft, outside: { text: read.text, digest: read.digest } };
}

export function PromptPanel({ path, onClose, onRun }: Props) {
  const t = useWords(words);
  const loaded = useLoaded(`prompt ${path}`, (signal) => byPath(path, signal));
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSaving, setSaving] = useState(false);
  const { data } = loaded;
  useEffect(() => {
    if (data) setDraft((now) => (now ? reread(now, data) : begun(data)));
  }, [data]);
  useFiles((files) => {
    if (files.some((file) => file.path === path && file.digest !== draft?.digest)) loaded.reload();
  });

  const save = useCallback(
    async (digest: string): Promise<boolean> => {
      if (!draft) return false;
      setSaving(true);
      setProblem(null);
      try {
        const { text, name } = draft;
        const written = await ask("put_prompt", { name }, { text, digest });
        setDraft((now) => now && { ...now, base: text, digest: written.digest, outside: null, wasTaken: false });
        return true;
      } catch (error) {
        if (error instanceof ApiProblem && error.kind === "ChangedMeanwhile") loaded.reload();
        setProblem(problemOf(error));
        return false;
      } finally {
        setSaving(false);
      }
    },
    [draft, loaded.reload],
  );
  const saveOnly = async (): Promise<void> => {
    if (draft && (await save(draft.digest))) notify("ok", t.savedRun);
  };
  const saveAndRun = async (): Promise<void> => {
    if (draft && (draft.text === draft.base || (await save(draft.digest)))) onRun();
  };
  const isDirty = draft !== null && draft.text !== draft.base;
  return (
    <Panel
      label={path}
      subject={path}
      onClose={onClose}
      head={
        <>
          <h2 className="mono theirs">{path}</h2>
          {isDirty && <span className="chip changed">{t.unsaved}</span>}
        </>
      }
      foot={
        draft && (
          <>
            <Button
              icon="save"
              disabled={!isDirty || isSaving || draft.outside !== null}
              onClick={() => void saveOnly()}
            >
              {t.save}
            </Button>
            <Button primary icon="play" disabled={isSaving || draft.outside !== null} onClick={() => void saveAndRun()}>
              {isDirty ? t.saveAndRun : t.run}
            </Button>
          </>
        )
      }
    >
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {!data && loaded.loading && <Loading />}
      {!data && !loaded.loading && !loaded.problem && <p className="notice plain">{t.promptUnknown}</p>}
      {problem && problem.kind !== "ChangedMeanwhile" && <ProblemNote problem={problem} />}
      {draft?.wasTaken && <p className="notice plain">{t.outsideTaken}</p>}
      {draft?.outside && (
        <OutsideEdit
          mine={draft.text}
          theirs={draft.outside.text}
          onTake={() => {
            setProblem(null);
            setDraft((now) => (now?.outside ? { ...now, ...now.outside, base: now.outside.text, outside: null } : now));
          }}
          onKeep={() => void save(draft.outside?.digest ?? "")}
        />
      )}
      {draft && (
        <div className="section">
          <Editor
            label={path}
            value={draft.text}
            onChange={(text) => setDraft((now) => now && { ...now, text })}
            onSave={() => void saveOnly()}
            onLeave={onClose}
            height={560}
            autoFocus
          />
        </div>
      )}
    </Panel>
  );
}

function OutsideEdit({
  mine,
  theirs,
  onTake,
  onKeep,
}: {
  mine: string;
  theirs: string;
  onTake: () => void;
  onKeep: () => void;
}) {
  const t = useWords(words);
  return (
    <div role="alert">
      <div className="notice">
        <span style={{ flexBasis: "100%" }}>{t.outsideEdit}</span>
        <Button onClick={onTake}>{t.takeTheirs}</Button>
        <Button onClick={onKeep}>{t.keepMine}</Button>
      </div>
      <div className="section">
        <div className="section-head">{t.compare}</div>
        <div className="box">
          <Diff before={theirs} after={mine} mono />
        </div>
      </div>
    </div>
  );
}
