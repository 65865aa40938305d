/** A prompt file, edited in place: the file on disk is the truth, and an edit from outside is shown with a choice. */
import { frame } from "../../i18n/frame";
import { useWords, wordsNow } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Diff } from "../../ui/Diff";
import { Editor } from "../../ui/Editor";
import { Panel } from "../../ui/Panel";
import { Loading, ProblemNote } from "../../ui/Told";
import { isDirty, useDraft } from "../prompts/draft";
import { words } from "./words";

interface Props {
  /** Of the file, in the project. */
  path: string;
  onClose: () => void;
  onRun: () => void;
}

const savedTells = (): string => wordsNow(words).savedRun;

export function PromptPanel({ path, onClose, onRun }: Props) {
  const t = useWords(words);
  const f = useWords(frame);
  const writing = useDraft({ path }, savedTells);
  const { draft, isSaving, problem } = writing;
  const isUnsaved = isDirty(draft);
  const saveAndRun = async (): Promise<void> => {
    if (!isUnsaved || (await writing.save())) onRun();
  };
  return (
    <Panel
      label={path}
      subject={path}
      onClose={onClose}
      head={
        <>
          <h2 className="mono theirs">{path}</h2>
          {isUnsaved && <span className="chip changed">{t.unsaved}</span>}
        </>
      }
      foot={
        draft && (
          <>
            <Button
              icon="save"
              disabled={!isUnsaved || isSaving || draft.outside !== null}
              onClick={() => void writing.save()}
            >
              {t.save}
            </Button>
            <Button primary icon="play" disabled={isSaving || draft.outside !== null} onClick={() => void saveAndRun()}>
              {isUnsaved ? t.saveAndRun : t.run}
            </Button>
            {isUnsaved && <Button onClick={writing.throwAway}>{f.draftDrop}</Button>}
          </>
        )
      }
    >
      {writing.loadProblem && <ProblemNote problem={writing.loadProblem} onAgain={writing.reload} />}
      {!draft && writing.isLoading && <Loading />}
      {writing.isUnknown && <p className="notice plain">{t.promptUnknown}</p>}
      {problem && <ProblemNote problem={problem} />}
      {draft?.wasTaken && <p className="notice plain">{t.outsideTaken}</p>}
      {draft?.wasKept && isUnsaved && (
        <p className="notice plain" role="status">
          {f.draftBack}
        </p>
      )}
      {draft?.outside && (
        <OutsideEdit
          mine={draft.text}
          theirs={draft.outside.text}
          onTake={writing.takeTheirs}
          onKeep={writing.keepMine}
        />
      )}
      {draft && (
        <div className="section">
          <Editor
            label={path}
            value={draft.text}
            onChange={writing.write}
            onSave={() => void writing.save()}
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
