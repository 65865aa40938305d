/** Two texts as one, with what was taken out and what was put in, word by word. */
import { useMemo } from "react";
import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { type Change, diffWords } from "./words-diff";

export function Diff({ before, after, mono = false }: { before: string; after: string; mono?: boolean }) {
  const changes = useMemo(() => diffWords(before, after), [before, after]);
  return <Changes changes={changes} mono={mono} />;
}

/** Changes that are known already. */
export function Changes({ changes, mono = false }: { changes: readonly Change[]; mono?: boolean }) {
  const t = useWords(frame);
  let at = 0;
  return (
    <p className={`textview theirs${mono ? " mono" : ""}`}>
      {changes.map(({ op, text }) => {
        const key = at++;
        if (op === "same") return text;
        const Mark = op === "added" ? "ins" : "del";
        return (
          <Mark key={key} className={`diff-${op}`} title={op === "added" ? t.added : t.removed}>
            {text}
          </Mark>
        );
      })}
    </p>
  );
}
