/** One review: an item a screen, answered by keys alone; the result for those who are done. */
import { useCallback, useEffect, useRef, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { changeQuery, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { notify, notifyProblem } from "../../app/toasts";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Loading, ProblemNote } from "../../ui/Told";
import { beside, type Queue } from "./answering";
import { EndDialog } from "./EndDialog";
import { ItemPart } from "./ItemPart";
import { LateComment, type Rated } from "./LateComment";
import { Result } from "./Result";
import { WHO, Who } from "./who";
import { words } from "./words";

export function QueuePage({ id, who }: { id: string; who: string }) {
  const t = useWords(words);
  const asked = { review: id, reviewer: who };
  const loaded = useLoaded(`review ${id} ${who}`, (signal) => ask("get_review", asked, { signal }));
  const queue = loaded.data;
  useTitle(queue?.head.title || t.review);
  return (
    <>
      <Bar title={<h1 className="theirs">{queue?.head.title || `${t.review} ${queue?.head.id ?? id}`}</h1>}>
        {queue && <Progress of={queue} />}
        {queue && <Who name={queue.reviewer} />}
      </Bar>
      <div className="content">
        {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
        {!queue && loaded.loading && <Loading />}
        {queue && <Open queue={queue} onQueue={loaded.replace} onReload={loaded.reload} />}
      </div>
    </>
  );
}

function Progress({ of }: { of: Queue }) {
  const t = useWords(words);
  const done = of.states.filter((each) => each === 1 || each === 2).length;
  const all = done + of.left;
  return (
    <div className="row review-progress" role="status">
      <progress value={done} max={all || 1} aria-label={t.progress(done, all)} />
      <span className="dim">{t.progress(done, all)}</span>
    </div>
  );
}

/** The item that was rated last, as long as nothing but C was pressed since: a comment is meant for it. */
function useJustRated(): { rated: Rated | null; setRated: (rated: Rated | null) => void } {
  const [rated, setRated] = useState<Rated | null>(null);
  useEffect(() => {
    if (rated === null) return;
    const pressed = (event: Event): void => {
      const key = event instanceof KeyboardEvent ? event.key.toLowerCase() : "";
      if (key !== "c" && !["shift", "control", "alt", "meta"].includes(key)) setRated(null);
    };
    window.addEventListener("keydown", pressed, true);
    window.addEventListener("pointerdown", pressed, true);
    return () => {
      window.removeEventListener("keydown", pressed, true);
      window.removeEventListener("pointerdown", pressed, true);
    };
  }, [rated]);
  return { rated, setRated };
}

interface OpenProps {
  queue: Queue;
  onQueue: (queue: Queue) => void;
  onReload: () => void;
}

function Open({ queue, onQueue, onReload }: OpenProps) {
  const t = useWords(words);
  const review = queue.head.id;
  const { reviewer } = queue;
  const [given] = useQuery("at");
  const [view] = useQuery("view");
  const [isEnding, setEnding] = useState(false);
  const [taken, setTaken] = useState(0);
  const named = Number(given) - 1;
  const place = given && queue.places.includes(named) ? named : (queue.next ?? queue.places[0] ?? 0);
  const shows = queue.ended && (view === "result" || !given) ? "result" : "item";
  const { rated, setRated } = useJustRated();
  const [late, setLate] = useState<Rated | null>(null);
  const main = useRef<HTMLDivElement>(null);
  const goTo = useCallback((to: number): void => changeQuery({ at: to + 1, view: "" }), []);

  // The address names the item that is shown, so that a reload comes back to it.
  useEffect(() => {
    if (shows === "item" && !given && queue.places.length > 0) goTo(place);
  }, [shows, given, place, goTo, queue.places.length]);

  const undo = async (): Promise<void> => {
    try {
      const undone = await ask("undo_answer", { review }, { reviewer });
      if (undone.place === null) notify("plain", t.nothingToUndo);
      else {
        notify("plain", t.undone(undone.place + 1));
        goTo(undone.place);
        setTaken((n) => n + 1);
        onReload();
      }
    } catch (error) {
      notifyProblem(error);
    }
  };
  const end = async (): Promise<void> => {
    setEnding(false);
    try {
      onQueue(await ask("end_review", { review }, { reviewer }));
      changeQuery({ at: "", view: "result" }, { push: true });
    } catch (error) {
      notifyProblem(error);
    }
  };
  const toResult = (): void => {
    if (queue.ended) changeQuery({ view: "result" }, { push: true });
    else setEnding(true);
  };
  const commentOn = (of: Rated): void => {
    setRated(null);
    setLate(of);
  };
  const isItem = shows === "item";
  useActions([
    { id: "review-next", label: t.next, keys: "j", inStatus: isItem, run: () => goTo(beside(queue.places, place, 1)) },
    { id: "review-previous", label: t.previous, keys: "k", run: () => goTo(beside(queue.places, place, -1)) },
    ...(queue.ended ? [] : [{ id: "review-undo", label: t.undo, keys: "u", inStatus: true, run: () => void undo() }]),
    ...(isItem ? [{ id: "review-result", label: t.toResult, keys: "f", inStatus: true, run: toResult }] : []),
    { id: "review-who", label: t.whoLong, keys: "w", run: () => document.getElementById(WHO)?.focus() },
  ]);
  return (
    <div className="page-scroll review" ref={main} tabIndex={-1}>
      {queue.left === 0 && !queue.ended && (
        <div className="notice plain" role="status">
          <span>{t.allDone}</span>
          <Button className="small" onClick={toResult}>
            {t.toResult}
          </Button>
        </div>
      )}
      {late && (
        <LateComment
          key={late.place}
          review={review}
          reviewer={reviewer}
          of={late}
          onClose={() => {
            setLate(null);
            if (late.place === place) setTaken((n) => n + 1);
          }}
        />
      )}
      {isItem ? (
        <ItemPart
          key={`${place} ${taken}`}
          queue={queue}
          place={place}
          onQueue={onQueue}
          onGo={goTo}
          onReload={onReload}
          rated={rated}
          onRated={setRated}
          onComment={commentOn}
        />
      ) : (
        <Result queue={queue} onItem={goTo} />
      )}
      {isEnding && <EndDialog left={queue.left} onEnd={() => void end()} onClose={() => setEnding(false)} />}
    </div>
  );
}
