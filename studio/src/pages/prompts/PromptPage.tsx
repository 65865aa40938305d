/** One prompt: its text, and beside it its versions, what used it, and what a model would get. */
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, toldIn } from "../../api/problem";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, changeQuery, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { notify } from "../../app/toasts";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords, wordsNow } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Changes, Diff } from "../../ui/Diff";
import { Editor } from "../../ui/Editor";
import { Segments } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Panel } from "../../ui/Panel";
import { Loading, ProblemNote } from "../../ui/Told";
import { Calls } from "./Calls";
import { type Checked, isDirty, useChecked, useDraft, type Writing } from "./draft";
import { Try } from "./Try";
import { Versions } from "./Versions";
import { words } from "./words";

const TABS = ["", "calls", "try", "none"] as const;
type Tab = (typeof TABS)[number];

export const short = (version: string): string => version.slice(0, 8);

const savedTells = (): string => wordsNow(words).saved;

/** The line under the editor says what is wrong with the text already. */
const isTold = (problem: Problem, checked: Checked | null): boolean => checked?.problem?.kind === problem.kind;

export function PromptPage({ name }: { name: string }) {
  const t = useWords(words);
  const f = useWords(frame);
  const writing = useDraft({ name }, savedTells);
  const { detail, draft } = writing;
  const checked = useChecked(name, draft?.text ?? null);
  const [given] = useQuery("tab");
  const [version] = useQuery("version");
  const [before] = useQuery("before");
  const [after] = useQuery("after");
  const tab = (TABS.includes(given as Tab) ? given : "") as Tab;
  const isUnsaved = isDirty(draft);
  useTitle(name);
  const show = (next: Tab): void => changeQuery({ tab: next });
  const back = (): void => changeQuery({ version: "", before: "", after: "" });
  const aside = version || (before && after);
  useActions([
    { id: "prompt-save", label: t.save, keys: "mod+s", inStatus: true, run: () => void writing.save() },
    { id: "prompt-versions", label: t.versions, keys: "1", inStatus: true, run: () => show("") },
    { id: "prompt-used", label: t.used, keys: "2", inStatus: true, run: () => show("calls") },
    { id: "prompt-try", label: t.tryIt, keys: "3", inStatus: true, run: () => show("try") },
    {
      id: "prompt-play",
      label: t.openPlayground,
      keys: "p",
      inStatus: true,
      run: () => navigate(address("/playground", {}, { prompt: name })),
    },
    ...(aside ? [{ id: "prompt-back", label: t.back, keys: "Escape", inStatus: true, run: back }] : []),
    ...(!aside && tab !== "none"
      ? [{ id: "prompt-close", label: f.close, keys: "Escape", onlyKeys: true, run: () => show("none") }]
      : []),
  ]);
  return (
    <>
      <Bar
        title={
          <>
            <Link className="soft" to="/prompts">
              {t.prompts}
            </Link>
            <span className="bar-sep">/</span>
            <h1 className="line theirs">{name}</h1>
            {detail && <span className="line mono dim">{detail.path}</span>}
            {isUnsaved && <span className="chip changed">{t.unsaved}</span>}
          </>
        }
      >
        {tab === "none" && <Button onClick={() => show("")}>{t.versions}</Button>}
        <Link className="button" to={address("/playground", {}, { prompt: name })}>
          <Icon name="flask" size={14} />
          {t.openPlayground}
        </Link>
        {isUnsaved && <Button onClick={writing.throwAway}>{f.draftDrop}</Button>}
        <Button
          primary
          icon="save"
          disabled={!isUnsaved || writing.isSaving || draft?.outside !== null}
          onClick={() => void writing.save()}
        >
          {t.save}
        </Button>
      </Bar>
      <div className="split">
        <div className="content">
          {writing.loadProblem && <ProblemNote problem={writing.loadProblem} onAgain={writing.reload} />}
          {writing.problem && !isTold(writing.problem, checked) && <ProblemNote problem={writing.problem} />}
          {!detail && !writing.loadProblem && <Loading />}
          {before && after ? (
            <Difference name={name} before={before} after={after} onBack={back} />
          ) : version ? (
            <Older
              name={name}
              version={version}
              onBack={back}
              onTake={(text) => {
                writing.write(text);
                back();
                notify("plain", t.restored);
              }}
            />
          ) : (
            <Text name={name} writing={writing} checked={checked} />
          )}
        </div>
        {detail && tab !== "none" && (
          <Panel
            label={t.prompt}
            subject={tab}
            onClose={() => show("none")}
            head={
              <>
                <h2 className="unseen">{t.prompt}</h2>
                <Segments
                  label={t.view}
                  value={tab}
                  onChange={show}
                  options={[
                    { value: "", label: `${t.versions} ${detail.versions.length}` },
                    { value: "calls", label: t.used },
                    { value: "try", label: t.tryIt },
                  ]}
                />
              </>
            }
          >
            {tab === "" && <Versions detail={detail} before={before} after={after} version={version} />}
            {tab === "calls" && <Calls name={name} versions={detail.versions} />}
            {tab === "try" && draft && <Try name={name} text={draft.text} parts={checked?.parts ?? detail.parts} />}
          </Panel>
        )}
      </div>
    </>
  );
}

function Text({ name, writing, checked }: { name: string; writing: Writing; checked: Checked | null }) {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const { draft } = writing;
  if (!draft) return null;
  const fault = checked?.problem ? toldIn(checked.problem, spoken) : null;
  return (
    <>
      {draft.wasTaken && <p className="notice plain">{t.outsideTaken}</p>}
      {draft.wasKept && isDirty(draft) && (
        <p className="notice plain" role="status">
          {f.draftBack}
        </p>
      )}
      {draft.outside && (
        <div className="conflict" role="alert">
          <p>{t.outsideEdit}</p>
          <span className="label">{t.compare}</span>
          <div className="box">
            <Diff before={draft.outside.text} after={draft.text} mono />
          </div>
          <div className="row">
            <Button onClick={writing.takeTheirs}>{t.takeTheirs}</Button>
            <Button onClick={writing.keepMine}>{t.keepMine}</Button>
          </div>
        </div>
      )}
      <div className="prompt-text">
        <Editor
          label={name}
          value={draft.text}
          onChange={writing.write}
          onSave={() => void writing.save()}
          onLeave={() => (document.activeElement as HTMLElement | null)?.blur()}
          fault={fault && checked ? { line: checked.line, text: fault.what } : null}
        />
      </div>
      <div
        className={fault ? "prompt-check problem" : "prompt-check"}
        role={writing.problem && isTold(writing.problem, checked) ? "alert" : "status"}
      >
        {!checked && <p className="dim">{t.checking}</p>}
        {fault && checked && (
          <>
            <p className="theirs">
              {checked.line > 0 && `${t.faultAt(checked.line)}: `}
              {fault.what}
            </p>
            <p className="theirs">{fault.todo}</p>
          </>
        )}
        {checked && !fault && checked.parts && <Parts of={checked.parts} />}
      </div>
    </>
  );
}

function Parts({ of }: { of: NonNullable<Checked["parts"]> }) {
  const t = useWords(words);
  return (
    <div className="row prompt-parts">
      <span className="tone-good">{t.fine}</span>
      <span className="mono dim">{short(of.version)}</span>
      {of.examples.length > 0 && <span className="dim">{t.examples(of.examples.length)}</span>}
      <span className="grow" />
      {of.variables.length === 0 && <span className="dim">{t.noVariables}</span>}
      {of.variables.map((each) => {
        const isNeeded = of.needed.includes(each);
        return (
          <span key={each} className="chip mono theirs" title={isNeeded ? t.needed : t.default}>
            {each}
            {isNeeded ? "" : ` = ${JSON.stringify((of.defaults as Record<string, unknown>)[each] ?? null)}`}
          </span>
        );
      })}
    </div>
  );
}

function Older({
  name,
  version,
  onBack,
  onTake,
}: {
  name: string;
  version: string;
  onBack: () => void;
  onTake: (text: string) => void;
}) {
  const t = useWords(words);
  const loaded = useLoaded<Answer<"get_prompt">>(`prompt ${name} ${version}`, (signal) =>
    ask("get_prompt", { name, version }, { signal }),
  );
  const { data } = loaded;
  return (
    <>
      <div className="notice plain">
        <span className="grow">{t.reading(short(version))}</span>
        {data && <Button onClick={() => onTake(data.text)}>{t.restore}</Button>}
        <Button onClick={onBack}>{t.back}</Button>
      </div>
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {data ? (
        <div className="prompt-text">
          <Editor key={version} label={t.reading(short(version))} value={data.text} readOnly onLeave={onBack} />
        </div>
      ) : (
        loaded.loading && <Loading />
      )}
    </>
  );
}

function Difference({
  name,
  before,
  after,
  onBack,
}: {
  name: string;
  before: string;
  after: string;
  onBack: () => void;
}) {
  const t = useWords(words);
  const loaded = useLoaded(`difference ${name} ${before} ${after}`, (signal) =>
    ask("diff_prompt", { name, before, after }, { signal }),
  );
  const { data } = loaded;
  return (
    <>
      <div className="notice plain">
        <span className="grow">{t.difference(short(before), short(after))}</span>
        <Button onClick={onBack}>{t.back}</Button>
      </div>
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {data ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <div className="page-scroll" tabIndex={0} role="group" aria-label={t.difference(short(before), short(after))}>
          {data.changes.every((each) => each.op === "same") && <p className="dim">{t.sameText}</p>}
          <Changes changes={data.changes} mono />
        </div>
      ) : (
        loaded.loading && <Loading />
      )}
    </>
  );
}
