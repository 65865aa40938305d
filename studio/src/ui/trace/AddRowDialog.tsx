/** A span's input as a row of a dataset, with where it came from. */
import { useEffect, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { Link } from "../../app/Link";
import { pageAt } from "../../app/pages";
import { address } from "../../app/router";
import { useWords } from "../../i18n/words";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { Editor } from "../Editor";
import { CheckField, SelectField, TextField } from "../Field";
import { pretty } from "../json";
import { ProblemNote } from "../Told";
import { parsed } from "./ReplayDialog";
import type { Span } from "./shape";
import { words } from "./words";

const NEW = "";

/** What a row is made of: the arguments by name, or what there is under `input`. */
export function rowOf(input: unknown, output: unknown, withExpected: boolean): Record<string, unknown> {
  const isPlain = typeof input === "object" && input !== null && !Array.isArray(input);
  const row: Record<string, unknown> = isPlain ? { ...(input as Record<string, unknown>) } : { input };
  if (withExpected) row.expected = output;
  return row;
}

/** A model call's question as a row says it: who said what, where all of it is text. */
export function askedOf(span: Span): unknown {
  const given = span.messages.filter((each) => !each.answer);
  const isText = given.every((each) => each.parts.every((part) => part.kind === "text"));
  if (given.length === 0 || !isText || span.more_messages) return span.input?.json;
  return { messages: given.map(({ role, parts }) => ({ role, content: parts.map((part) => part.text).join("") })) };
}

/** What came out, as a row expects it. */
export function expectedOf(span: Span): unknown {
  const parts = span.messages.find((each) => each.answer)?.parts ?? [];
  if (parts.length > 0 && parts.every((part) => part.kind === "text")) return parts.map((part) => part.text).join("");
  return span.output?.json ?? span.output?.text ?? null;
}

const isRow = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

interface Props {
  span: Span;
  onClose: () => void;
}

export function AddRowDialog({ span, onClose }: Props) {
  const t = useWords(words);
  const all = useLoaded("datasets", (signal) => ask("list_datasets", {}, { signal }));
  const files = (all.data?.datasets ?? []).filter((each) => !each.is_packed);
  const [chosen, setChosen] = useState<string | null>(null);
  const [path, setPath] = useState("data/from-traces.jsonl");
  const [withExpected, setWithExpected] = useState(false);
  const [text, setText] = useState(() => pretty(rowOf(askedOf(span), null, false)));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [added, setAdded] = useState<{ path: string; line: number } | null>(null);
  const first = files[0]?.path;
  const file = chosen ?? first ?? NEW;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is changed may be right now
  useEffect(() => setProblem(null), [text, file, path]);

  const row = parsed(text);
  const isGood = row !== null && isRow(row.value);
  const expect = (on: boolean): void => {
    setWithExpected(on);
    const now = parsed(text);
    if (!now || !isRow(now.value)) return;
    const { expected: _, ...rest } = now.value as Record<string, unknown>;
    setText(pretty(on ? { ...rest, expected: expectedOf(span) } : rest));
  };
  const add = async (): Promise<void> => {
    setBusy(true);
    const origin = { run: span.run, item: span.item, trial: span.trial, trace: span.trace, span: span.span };
    const rows = [{ text: JSON.stringify(row?.value), origin: { ...origin, at_ms: Date.now() } }];
    try {
      const done =
        file === NEW
          ? await ask("create_dataset", {}, { path, rows })
          : await ask("add_rows", { path: file }, { rows, digest: "" });
      setAdded({ path: done.path, line: done.lines?.at(-1) ?? done.total });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const to = added ? address("/datasets/*path", { path: added.path }) : "";
  return (
    <Dialog
      title={t.addDataset}
      onClose={onClose}
      wide={620}
      foot={
        added ? (
          <>
            {pageAt(to) && (
              <Link className="button" to={to}>
                {t.openDataset}
              </Link>
            )}
            <Button primary onClick={onClose}>
              {t.close}
            </Button>
          </>
        ) : (
          <Button primary icon="plus" disabled={busy || !isGood || (file === NEW && !path)} onClick={() => void add()}>
            {t.add}
          </Button>
        )
      }
    >
      {added ? (
        <p role="status">{t.added(added.path, added.line)}</p>
      ) : (
        <>
          {problem && <ProblemNote problem={problem} />}
          {all.problem && <ProblemNote problem={all.problem} onAgain={all.reload} />}
          <div className="fields">
            <SelectField label={t.dataset} value={file} onChange={(event) => setChosen(event.target.value)}>
              {files.map((each) => (
                <option key={each.path} value={each.path}>
                  {each.path}
                </option>
              ))}
              <option value={NEW}>{t.newFile}</option>
            </SelectField>
            {file === NEW && (
              <TextField
                label={t.newPath}
                hint={t.newPathHint}
                value={path}
                onChange={(event) => setPath(event.target.value)}
              />
            )}
          </div>
          {span.output?.state === "whole" && (
            <CheckField label={t.withExpected} checked={withExpected} onChange={(e) => expect(e.target.checked)} />
          )}
          <Editor label={t.rowJson} value={text} kind="json" height={280} onChange={setText} />
          {!isGood && (
            <p className="wrong" role="alert">
              {row === null ? t.notJson : t.notObject}
            </p>
          )}
          <p className="dim">{t.origin}</p>
        </>
      )}
    </Dialog>
  );
}
