/** One item, and its answer: every key press is kept at once. */
import { useEffect, useRef, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { problemOf } from "../../api/problem";
import { type Action, useActions } from "../../app/actions";
import { useQuery } from "../../app/router";
import { notify, notifyProblem } from "../../app/toasts";
import { moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { Loading, ProblemNote } from "../../ui/Told";
import { type Criterion, marksOf, nextOpen, type Queue, unmarked, type Verdict, Watch, withState } from "./answering";
import { Marking, Others, Shown, useSaid, VERDICT_KEYS, Verdicts } from "./ItemView";
import type { Rated } from "./LateComment";
import { words } from "./words";

const COMMENT = "review-comment";

interface Props {
  queue: Queue;
  place: number;
  onQueue: (queue: Queue) => void;
  onGo: (place: number) => void;
  onReload: () => void;
  /** The item that was rated just now, before this one came into sight. */
  rated: Rated | null;
  onRated: (rated: Rated) => void;
  onComment: (on: Rated) => void;
}

interface Draft {
  verdict: Verdict;
  marks: Readonly<Record<string, number>>;
  comment: string;
}

function useWatch(before: number | null): Watch {
  const watch = useRef(new Watch());
  useEffect(() => {
    if (before !== null) watch.current.restart(before);
    const turned = (): void => (document.hidden ? watch.current.pause() : watch.current.resume());
    document.addEventListener("visibilitychange", turned);
    return () => document.removeEventListener("visibilitychange", turned);
  }, [before]);
  return watch.current;
}

export function ItemPart(props: Props) {
  const { queue, place, onQueue, onGo, onReload, rated, onRated, onComment } = props;
  const t = useWords(words);
  const spoken = useLanguage();
  const said = useSaid();
  const { reviewer, ended } = queue;
  const { id: review, kind, criteria } = queue.head;
  const [diff, setDiff] = useQuery("diff");
  const loaded = useLoaded(`item ${review} ${place} ${reviewer}`, (signal) =>
    ask("get_review_item", { review, place, reviewer }, { signal }),
  );
  const item = loaded.data;
  const answer = item?.answer;
  const [local, setLocal] = useState<Draft | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [isSaving, setSaving] = useState(false);
  /** On the way to the next item: what is pressed meanwhile was meant for this one, or for none. */
  const isLeaving = useRef(false);
  /** A comment was asked for while the answer was being kept: it is of this item, which stays until it is written. */
  const stays = useRef(false);
  const saving = useRef<Promise<void>>(Promise.resolve());
  const watch = useWatch(item ? (answer?.spent_ms ?? 0) : null);
  const kept: Draft = {
    verdict: answer?.verdict ?? "",
    marks: answer?.marks ?? {},
    comment: answer?.comment ?? "",
  };
  const now = local ?? kept;
  const at = chosen ?? Math.max(0, unmarked(criteria, now.marks));
  const latest = useRef({ item, queue });
  latest.current = { item, queue };

  const save = async (draft: Draft, goes: boolean): Promise<void> => {
    const { item: shown, queue: was } = latest.current;
    if (!shown) return;
    setSaving(true);
    try {
      const body = { ...draft, reviewer, spent_ms: watch.read(), seen: shown.answer?.revision ?? 0 };
      const told = await ask("put_answer", { review, place }, body);
      if (told.replaced) notify("plain", t.replaced(said(told.replaced), moment(told.replaced.made_ms, spoken)));
      const after = withState(was, place, told.state, told.left);
      latest.current = { item: { ...shown, answer: told.answer }, queue: after };
      loaded.replace({ ...shown, answer: told.answer });
      onQueue(after);
      const next = goes && told.state !== 3 && !stays.current ? nextOpen(after, place) : null;
      if (next !== null) {
        onRated({ place, answer: told.answer });
        onGo(next);
      }
    } catch (error) {
      notifyProblem(error); // what was said stays on the page, to be said again
      if (problemOf(error).kind === "ReviewEnded") {
        setLocal(null);
        onReload();
      }
    } finally {
      setSaving(false);
      if (goes) isLeaving.current = false;
    }
  };
  /** Keep an answer after those that are on their way. */
  const keep = (draft: Draft, goes: boolean): void => {
    if (!item || ended || isLeaving.current) return;
    if (goes) isLeaving.current = true;
    setLocal(draft);
    saving.current = saving.current.then(() => save(draft, goes));
  };
  const say = (verdict: Verdict): void => keep({ ...now, verdict }, true);
  const mark = (criterion: Criterion, value: number): void => {
    const marks = { ...now.marks, [criterion.name]: value };
    const next = unmarked(criteria, marks, criteria.indexOf(criterion));
    setChosen(next < 0 ? null : next);
    keep({ verdict: "", marks, comment: now.comment }, next < 0);
  };
  const keepComment = (): void => {
    if (now.comment !== kept.comment) keep(now, false);
  };
  const write = (): void => {
    if (rated) onComment(rated);
    else {
      stays.current = isLeaving.current;
      document.getElementById(COMMENT)?.focus();
    }
  };
  /** A comment that held the item in sight is written: on to the next one. */
  const commented = (): void => {
    if (!stays.current) return;
    void saving.current.then(() => {
      stays.current = false;
      const next = nextOpen(latest.current.queue, place);
      if (next !== null) onGo(next);
    });
  };
  const stepCriterion = (by: number): void => setChosen(Math.max(0, Math.min(criteria.length - 1, at + by)));

  const answering: Action[] = ended
    ? []
    : [
        ...(kind === "pairs"
          ? VERDICT_KEYS.map(([verdict, keys]) => ({
              id: `review-${verdict}`,
              label: t[verdict],
              keys,
              inStatus: true,
              run: () => say(verdict),
            }))
          : markActions()),
        {
          id: "review-comment",
          label: rated ? t.commentOn(rated.place + 1) : t.comment,
          keys: "c",
          inStatus: true,
          run: write,
        },
      ];
  function markActions(): Action[] {
    const criterion = criteria[at];
    return [
      ...(criterion
        ? marksOf(criterion).map(({ key, mark: value }) => ({
            id: `review-mark-${key}`,
            label: `${criterion.name}: ${criterion.high === 1 ? (value ? t.yes : t.no) : value}`,
            keys: key,
            inStatus: criterion.high === 1,
            run: () => mark(criterion, value),
          }))
        : []),
      { id: "review-upper", label: t.upper, keys: "ArrowUp", run: () => stepCriterion(-1) },
      { id: "review-lower", label: t.lower, keys: "ArrowDown", run: () => stepCriterion(1) },
      { id: "review-skip", label: t.skip, keys: "s", inStatus: true, run: () => say("skip") },
    ];
  }
  useActions([
    ...answering,
    ...(kind === "pairs"
      ? [{ id: "review-diff", label: t.differences, keys: "d", run: () => setDiff(diff ? "" : "1") }]
      : []),
  ]);

  if (!item) return loaded.problem ? <ProblemNote problem={loaded.problem} onAgain={loaded.reload} /> : <Loading />;
  return (
    <>
      <div className="row review-head">
        <h2>{t.item(place + 1)}</h2>
        {answer && <span className="chip ok">{`${t.yourAnswer}: ${said(answer)}`}</span>}
        {ended && <span className="dim">{t.final}</span>}
        {rated && !ended && <span className="dim">{t.commentGoes(rated.place + 1)}</span>}
        <span className="dim" role="status">
          {isSaving ? t.saving : ""}
        </span>
      </div>
      <Shown item={item} diff={diff !== ""} />
      <div className="review-answer">
        {kind === "pairs" ? (
          <Verdicts now={now.verdict} onSay={say} disabled={ended} />
        ) : (
          <Marking
            criteria={criteria}
            marks={now.marks}
            at={at}
            isSkipped={now.verdict === "skip"}
            disabled={ended}
            onAt={setChosen}
            onMark={mark}
            onSkip={() => say("skip")}
          />
        )}
        <div className="field">
          <label htmlFor={COMMENT}>{t.comment}</label>
          <textarea
            id={COMMENT}
            className="input"
            rows={2}
            maxLength={10_000}
            readOnly={ended}
            value={now.comment}
            aria-describedby={`${COMMENT}-hint`}
            onChange={(event) => setLocal({ ...now, comment: event.target.value })}
            onBlur={keepComment}
            onKeyDown={(event) => {
              const leaves = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
              if (!leaves || event.nativeEvent.isComposing) return;
              event.preventDefault();
              event.currentTarget.blur();
              commented();
            }}
          />
          <div className="field-hint" id={`${COMMENT}-hint`}>
            {t.commentHint}
          </div>
        </div>
      </div>
      <Others of={item.others} />
    </>
  );
}
