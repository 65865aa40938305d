/** A comment on the item that was rated just now, written while the next one is in sight already. */
import { useEffect, useId, useRef, useState } from "react";
import { ask } from "../../api/client";
import { notify, notifyProblem } from "../../app/toasts";
import { useWords } from "../../i18n/words";
import type { Given } from "./answering";
import { words } from "./words";

export interface Rated {
  readonly place: number;
  readonly answer: Given;
}

interface Props {
  review: string;
  reviewer: string;
  of: Rated;
  onClose: () => void;
}

export function LateComment({ review, reviewer, of, onClose }: Props) {
  const t = useWords(words);
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const isKept = useRef(false);
  const [text, setText] = useState(of.answer.comment);
  useEffect(() => box.current?.focus(), []);
  const keep = async (): Promise<void> => {
    if (isKept.current) return;
    isKept.current = true;
    if (text === of.answer.comment) {
      onClose();
      return;
    }
    const { verdict, marks, spent_ms, revision } = of.answer;
    const body = { verdict, marks, comment: text, reviewer, spent_ms, seen: revision };
    try {
      await ask("put_answer", { review, place: of.place }, body);
      notify("ok", t.commentKept(of.place + 1));
      onClose();
    } catch (error) {
      notifyProblem(error); // the text stays, to be kept again
      isKept.current = false;
    }
  };
  return (
    <div className="field review-late">
      <label htmlFor={id}>{t.commentOn(of.place + 1)}</label>
      <textarea
        id={id}
        ref={box}
        className="input"
        rows={2}
        maxLength={10_000}
        value={text}
        aria-describedby={`${id}-hint`}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => void keep()}
        onKeyDown={(event) => {
          const leaves = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
          if (!leaves || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.currentTarget.blur();
        }}
      />
      <div className="field-hint" id={`${id}-hint`}>
        {t.commentHint}
      </div>
    </div>
  );
}
