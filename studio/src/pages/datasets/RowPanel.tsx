/** One row, whole: read, edited, removed. The file on disk is the truth; where it changed meanwhile, both are shown. */
import { useEffect, useState } from "react";
import { ask, type components } from "../../api/client";
import { useLoaded } from "../../api/load";
import { ApiProblem, type Problem, problemOf, toldIn } from "../../api/problem";
import { useActions } from "../../app/actions";
import { useToldOnLeaving } from "../../app/leaving";
import { changeQuery } from "../../app/router";
import { notify } from "../../app/toasts";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { rowDrafts } from "../../state/drafts";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Diff } from "../../ui/Diff";
import { Editor } from "../../ui/Editor";
import { tokensOf } from "../../ui/json";
import { Panel, Section } from "../../ui/Panel";
import { TextView } from "../../ui/TextView";
import { Loading, ProblemNote } from "../../ui/Told";
import { RowCheck } from "./AddDialog";
import { OriginLinks } from "./Origin";
import { bytes, indented, rowFault } from "./text";
import { words } from "./words";

type DatasetRow = components["schemas"]["DatasetRow"];

/** What the file holds by now, where it changed while one wrote. */
interface Meanwhile {
  readonly digest: string;
  /** Null: there is no such line any longer. */
  readonly text: string | null;
  readonly of: "edit" | "remove";
}

interface Props {
  path: string;
  line: number;
  digest: string;
  canWrite: boolean;
  onChanged: () => void;
  onClose: () => void;
}

async function readAnew(path: string, line: number, of: Meanwhile["of"]): Promise<Meanwhile> {
  const { digest } = await ask("get_dataset", { path, offset: 0, limit: 0 });
  try {
    const row = await ask("get_dataset_row", { path, line });
    return { digest, text: indented(row.text), of };
  } catch (error) {
    if (error instanceof ApiProblem && error.kind === "NoSuchLine") return { digest, text: null, of };
    throw error;
  }
}

export function RowPanel({ path, line, digest, canWrite, onChanged, onClose }: Props) {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const loaded = useLoaded(
    `row ${path} ${line}`,
    (signal) => ask("get_dataset_row", { path, line }, { signal }),
    digest,
  );
  const row = loaded.data;
  const [mine, setMine] = useState<string | null>(null);
  const [seen, setSeen] = useState("");
  const [meanwhile, setMeanwhile] = useState<Meanwhile | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);
  const can = canWrite && row !== null && !row.more;

  const name = t.row(line);
  const [base, setBase] = useState("");
  const [isBack, setBack] = useState(false);
  const of = `${path}:${line}`;
  const [kept, setKept] = useState(() => rowDrafts.get(of));
  const isUnsaved = mine !== null && mine !== base;
  useEffect(() => {
    if (isUnsaved) rowDrafts.keep(of, { text: mine, base, digest: seen });
    else if (mine !== null) rowDrafts.drop(of);
  }, [isUnsaved, of, mine, base, seen]);
  useToldOnLeaving(isUnsaved);

  /** Begin with the row's text, or with what was written before; where the row changed meanwhile both are shown. */
  const edit = (): void => {
    if (!row || !can) return;
    const text = indented(row.text);
    setSeen(digest);
    setBase(text);
    setMine(kept?.text ?? text);
    setBack(kept !== null);
    if (kept && kept.base !== text) setMeanwhile({ digest, text, of: "edit" });
  };
  const close = (): void => {
    setMine(null);
    setMeanwhile(null);
    setProblem(null);
  };
  const drop = (): void => {
    rowDrafts.drop(of);
    setKept(null);
    close();
    setBack(false);
  };
  /** What was written is kept: the panel says so, and offers it. */
  const leave = (): void => {
    if (isUnsaved) {
      setKept({ text: mine, base, digest: seen });
      close();
    } else drop();
  };
  const doing = async (work: () => Promise<void>, of: Meanwhile["of"]): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      if (error instanceof ApiProblem && error.kind === "ChangedMeanwhile") {
        try {
          setMeanwhile(await readAnew(path, line, of));
          onChanged();
        } catch (other) {
          setProblem(problemOf(other));
        }
      } else setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const save = (over: string): Promise<void> =>
    doing(async () => {
      if (mine === null || rowFault(mine)) return;
      await ask("put_row", { path }, { line, digest: over, text: mine });
      notify("ok", t.saved);
      drop();
      onChanged();
    }, "edit");
  const asNew = (): Promise<void> =>
    doing(async () => {
      const done = await ask("add_rows", { path }, { rows: [{ text: mine ?? "", origin: null }], digest: "" });
      notify("ok", t.added);
      drop();
      onChanged();
      changeQuery({ line: done.lines?.at(-1) ?? "" });
    }, "edit");
  const remove = (): Promise<void> =>
    doing(async () => {
      setAsks(false);
      await ask("remove_row", { path, line, digest: seen });
      notify("ok", t.removed);
      onChanged();
      onClose();
    }, "remove");
  const askRemove = (): void => {
    setSeen(digest);
    setAsks(true);
  };
  useActions([
    ...(can && mine === null
      ? [
          { id: "row-edit", label: t.edit, keys: "e", inStatus: true, run: edit },
          { id: "row-remove", label: t.remove, keys: "Delete", run: askRemove },
        ]
      : []),
  ]);
  return (
    <Panel
      label={name}
      subject={`${line}`}
      onClose={onClose}
      head={
        <>
          <h2>{name}</h2>
          {row && <span className="chip">{bytes(row.size)}</span>}
          {row?.problem && <span className="chip error">{t.bad("1")}</span>}
        </>
      }
      foot={
        mine === null ? (
          can && (
            <>
              <Button icon="pen" onClick={edit}>
                {t.edit}
              </Button>
              <Button danger onClick={askRemove}>
                {t.remove}
              </Button>
            </>
          )
        ) : (
          <>
            <Button
              primary
              icon="save"
              disabled={busy || meanwhile !== null || rowFault(mine) !== null}
              onClick={() => void save(seen)}
            >
              {t.save}
            </Button>
            <Button onClick={drop}>{isUnsaved ? f.draftDrop : t.cancel}</Button>
          </>
        )
      }
    >
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {!row && loaded.loading && <Loading />}
      {problem && <ProblemNote problem={problem} />}
      {meanwhile && (
        <Conflict
          of={meanwhile}
          mine={mine}
          onTake={drop}
          onKeep={() => void save(meanwhile.digest)}
          onNew={() => void asNew()}
        />
      )}
      {kept && mine === null && can && (
        <div className="notice" role="status">
          <span className="grow">{f.draftThere}</span>
          <Button onClick={edit}>{f.draftGoOn}</Button>
          <Button onClick={drop}>{f.draftDrop}</Button>
        </div>
      )}
      {isBack && isUnsaved && !meanwhile && (
        <p className="notice plain" role="status">
          {f.draftBack}
        </p>
      )}
      {row?.problem && (
        <Section title={t.problem}>
          <div className="problem">
            <p className="theirs">{toldIn(row.problem, spoken).what}</p>
            <p className="theirs">{toldIn(row.problem, spoken).todo}</p>
          </div>
        </Section>
      )}
      {row?.origin && (
        <Section title={t.origin}>
          <OriginLinks of={row.origin} />
        </Section>
      )}
      {mine !== null ? (
        <div className="section">
          <Editor
            label={name}
            kind="json"
            value={mine}
            onChange={setMine}
            onSave={() => void save(seen)}
            onLeave={leave}
            height={520}
            autoFocus
          />
          <RowCheck text={mine} />
        </div>
      ) : (
        row && (
          <div className="section">
            {row.more && <p className="dim">{t.cut}</p>}
            {row.problem ? <TextView text={row.text} mono /> : <RowText of={row} />}
          </div>
        )
      )}
      {asks && (
        <Dialog
          title={t.removeSure}
          onClose={() => setAsks(false)}
          foot={
            <>
              <Button onClick={() => setAsks(false)}>{t.cancel}</Button>
              <Button danger disabled={busy} onClick={() => void remove()}>
                {t.remove}
              </Button>
            </>
          }
        >
          <p>{t.removeTells(line)}</p>
        </Dialog>
      )}
    </Panel>
  );
}

/** The row's own text in lines and colours: parsed values would change long numbers. */
function RowText({ of }: { of: DatasetRow }) {
  let at = 0;
  return (
    <pre className="textview theirs box">
      {tokensOf(indented(of.text)).map(([kind, text]) => {
        const key = at;
        at += text.length;
        return kind ? (
          <span key={key} className={`json-${kind}`}>
            {text}
          </span>
        ) : (
          text
        );
      })}
    </pre>
  );
}

interface ConflictProps {
  of: Meanwhile;
  mine: string | null;
  onTake: () => void;
  onKeep: () => void;
  onNew: () => void;
}

function Conflict({ of, mine, onTake, onKeep, onNew }: ConflictProps) {
  const t = useWords(words);
  const told = of.of === "remove" ? t.conflictRemove : of.text === null ? t.conflictGone : t.conflict;
  return (
    <div className="conflict" role="alert">
      <p>{told}</p>
      {of.of === "edit" && of.text !== null && mine !== null && (
        <>
          <span className="label">{t.compare}</span>
          <div className="box">
            <Diff before={of.text} after={indented(mine)} mono />
          </div>
        </>
      )}
      <div className="row">
        <Button onClick={onTake}>{of.of === "remove" ? t.reload : t.takeTheirs}</Button>
        {of.of === "edit" && of.text !== null && <Button onClick={onKeep}>{t.keepMine}</Button>}
        {of.of === "edit" && <Button onClick={onNew}>{t.mineAsNew}</Button>}
      </div>
    </div>
  );
}
