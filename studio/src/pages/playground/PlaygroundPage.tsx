/** The playground: a prompt or a call with its real inputs, and variants of it answered side by side. */
import { useEffect, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { useWords } from "../../i18n/words";
import { settingsProblem } from "../../state/project";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { CheckField, Segments } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Loading, ProblemNote } from "../../ui/Told";
import {
  begunWith,
  blank,
  canBeTemplate,
  type Draft,
  fromOpening,
  fromPrompt,
  isSound,
  letterOf,
  MOST,
  playDrafts,
  savedText,
  wantedBy,
  withCopy,
  withVariant,
} from "./draft";
import { Inputs } from "./Inputs";
import { OpenDialog } from "./OpenDialog";
import { forget, play, playing, show, stop } from "./playing";
import { RunDialog } from "./RunDialog";
import { SaveDialog, type Saved } from "./SaveDialog";
import { Variant } from "./Variant";
import { words } from "./words";
import "../../ui/trace/trace.css";
import "./playground.css";

interface Opened {
  readonly draft: Draft;
  readonly models: readonly string[];
  readonly notes: { changed: boolean; leftOut: readonly string[] };
}

async function opened(trace: string, span: string, prompt: string, signal: AbortSignal): Promise<Opened> {
  const source = span ? `span ${trace} ${span}` : prompt ? `prompt ${prompt}` : "";
  const quiet = { changed: false, leftOut: [] };
  if (span) {
    const of = await ask("find_span_inputs", { trace, span }, { signal });
    const notes = { changed: of.changed, leftOut: of.prompt ? [] : of.left_out };
    return { draft: fromOpening(source, of), models: of.models, notes };
  }
  const { models } = await ask("status", {}, { signal });
  if (!prompt) return { draft: blank(source, models), models, notes: quiet };
  return {
    draft: fromPrompt(source, await ask("get_prompt", { name: prompt }, { signal }), models),
    models,
    notes: quiet,
  };
}

export default function PlaygroundPage() {
  const t = useWords(words);
  const [trace] = useQuery("trace");
  const [span] = useQuery("span");
  const [prompt] = useQuery("prompt");
  const key = `playground ${trace} ${span} ${prompt}`;
  const unread = useStore(settingsProblem) !== null;
  const loaded = useLoaded(key, (signal) => opened(trace, span, prompt, signal), unread ? "unread" : "");
  useTitle(t.playground);
  if (loaded.data) return <Playing key={key} of={loaded.data} />;
  return (
    <>
      <Bar title={<h1>{t.playground}</h1>} />
      {loaded.problem ? <ProblemNote problem={loaded.problem} onAgain={loaded.reload} /> : <Loading />}
    </>
  );
}

function Playing({ of }: { of: Opened }) {
  const t = useWords(words);
  const { models } = of;
  const unread = useStore(settingsProblem) !== null;
  const [draft, setDraft] = useState<Draft>(() => begunWith(playDrafts.get(of.draft.source), of.draft));
  const [fresh, setFresh] = useState(false);
  const [shown, setShown] = useQuery("show");
  const [dialog, setDialog] = useState<"" | "open" | "run">("");
  const [saving, setSaving] = useState<number | null>(null);
  const isPlaying = useStore(playing);
  const differs = shown === "difference";
  useEffect(() => {
    if (draft === of.draft) playDrafts.drop(draft.source);
    else playDrafts.keep(draft.source, draft);
  }, [draft, of.draft]);
  useEffect(() => {
    show(of.draft.source);
    return stop; // what was answered stays
  }, [of.draft.source]);

  const wanted = wantedBy(draft);
  const canRun = models.length > 0 && draft.variants.every(isSound);
  const runAll = (): void => {
    if (canRun) play(draft, draft.variants, fresh);
  };
  const add = (): void => {
    const last = draft.variants.at(-1);
    if (last) setDraft(withCopy(draft, last, models));
  };
  const taken = (saved: Saved): void =>
    setDraft((now) => ({ ...now, prompt: saved.path, name: saved.name, base: saved.text, digest: saved.digest }));
  const onSaved = (id: number, saved: Saved): void => {
    setSaving(null);
    const isNew = !draft.prompt;
    taken(saved);
    if (isNew)
      setDraft((now) => ({
        ...now,
        variants: now.variants.map((each) => ({
          ...each,
          text: each.id === id ? saved.text : savedText({ ...now, prompt: "" }, each),
        })),
      }));
  };
  const saveNow = async (id: number): Promise<void> => {
    const variant = draft.variants.find((each) => each.id === id);
    if (!variant) return;
    const done = await ask("put_prompt", { name: draft.name }, { text: variant.text, digest: draft.digest });
    taken({ name: done.name, path: done.path, digest: done.digest, text: variant.text });
  };
  useActions([
    { id: "play-all", label: t.runAll, keys: "mod+Enter", inStatus: true, run: runAll },
    ...(isPlaying ? [{ id: "play-stop", label: t.stop, keys: "Escape", inStatus: true, run: stop }] : []),
    { id: "play-add", label: t.addLong, keys: "+", run: add },
    { id: "play-difference", label: t.difference, keys: "d", run: () => setShown(differs ? "" : "difference") },
    { id: "play-save", label: t.save, keys: "mod+s", inStatus: true, run: () => setSaving(draft.variants[0]?.id ?? 0) },
    { id: "play-open", label: t.open, keys: "o", run: () => setDialog("open") },
    { id: "play-run", label: t.runData, run: () => setDialog("run") },
  ]);
  const first = draft.variants[0];
  const optional = new Set(draft.prompt ? wanted.filter((name) => !(name in of.draft.inputs)) : []);
  const saved = draft.variants.find((each) => each.id === saving);
  const from = draft.source.split(" ");
  return (
    <>
      <Bar
        title={
          <>
            <h1>{t.playground}</h1>
            {draft.prompt && <span className="chip mono theirs">{draft.prompt}</span>}
            {from[0] === "span" && (
              <Link className="chip" to={address("/traces/:trace", { trace: from[1] ?? "" }, { span: from[2] ?? "" })}>
                <Icon name="trace" size={12} />
                {t.fromSpan}
              </Link>
            )}
          </>
        }
      >
        <Button onClick={() => setDialog("open")}>{t.open}</Button>
        <Button icon="data" onClick={() => setDialog("run")}>
          {t.runData}
        </Button>
        {isPlaying ? (
          <Button icon="stop" onClick={stop}>
            {t.stop}
          </Button>
        ) : (
          <Button primary icon="play" title={t.runAll} disabled={!canRun} onClick={runAll}>
            {t.run}
          </Button>
        )}
      </Bar>
      <div className="split">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
        <div className="play-inputs" tabIndex={0} role="group" aria-label={t.inputs}>
          <Inputs
            values={draft.inputs}
            wanted={wanted}
            exact={!draft.prompt && draft.exact}
            missing={draft.missing}
            optional={optional}
            onChange={(inputs) => setDraft((now) => ({ ...now, inputs }))}
          />
          <div className="play-options">
            <CheckField
              label={t.fresh}
              hint={t.freshLong}
              checked={fresh}
              onChange={(e) => setFresh(e.target.checked)}
            />
            <Button
              quiet
              className="small"
              title={t.startOverLong}
              onClick={() => {
                forget();
                setDraft(of.draft);
              }}
            >
              {t.startOver}
            </Button>
          </div>
        </div>
        <div className="content">
          <div className="list-line play-line">
            {models.length === 0 && <span className="wrong">{unread ? t.modelsUnread : t.noModels}</span>}
            {of.notes.changed && <span className="chip changed">{t.editedSince}</span>}
            {of.notes.leftOut.length > 0 && <span className="soft">{t.leftOut(of.notes.leftOut.join(", "))}</span>}
            <span className="grow" />
            {!draft.prompt && (
              <Segments
                label={t.wordsAre}
                value={draft.exact ? "exact" : "template"}
                options={[
                  { value: "exact", label: t.exact, title: t.exactLong },
                  { value: "template", label: t.template, title: t.templateLong },
                ]}
                onChange={(value) => setDraft((now) => ({ ...now, exact: value === "exact" || !canBeTemplate(now) }))}
              />
            )}
            <Segments
              label={t.showAs}
              value={differs ? "difference" : "answers"}
              options={[
                { value: "answers", label: t.answers },
                { value: "difference", label: t.difference },
              ]}
              onChange={(value) => setShown(value === "difference" ? value : "")}
            />
            <Button icon="plus" title={t.addLong} disabled={draft.variants.length >= MOST} onClick={add}>
              {t.add}
            </Button>
          </div>
          <div className="variants">
            {draft.variants.map((variant, i) => (
              <Variant
                key={variant.id}
                draft={draft}
                variant={variant}
                letter={letterOf(i)}
                models={models}
                against={differs && i > 0 && first ? first.id : null}
                onChange={(changes) => setDraft((now) => withVariant(now, variant.id, changes))}
                onCopy={() => setDraft((now) => withCopy(now, variant, models))}
                onRemove={
                  draft.variants.length > 1
                    ? () => setDraft((now) => ({ ...now, variants: now.variants.filter((v) => v.id !== variant.id) }))
                    : null
                }
                onPlay={() => {
                  if (isSound(variant)) play(draft, [variant], fresh);
                }}
                onSave={() => setSaving(variant.id)}
              />
            ))}
          </div>
        </div>
      </div>
      {dialog === "open" && (
        <OpenDialog
          onOpen={(name) => {
            setDialog("");
            navigate(address("/playground", {}, { prompt: name }));
          }}
          onClose={() => setDialog("")}
        />
      )}
      {dialog === "run" && <RunDialog draft={draft} onSave={saveNow} onClose={() => setDialog("")} />}
      {saved && (
        <SaveDialog
          draft={draft}
          variant={saved}
          onSaved={(done) => onSaved(saved.id, done)}
          onTaken={(theirs) => {
            setSaving(null);
            taken(theirs);
            setDraft((now) => withVariant(now, saved.id, { text: theirs.text }));
          }}
          onClose={() => setSaving(null)}
        />
      )}
    </>
  );
}
