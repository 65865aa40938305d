/** One score in one line: how good it is as a bar, its value, and in the title why. */
import type { ReactNode } from "react";
import type { Translation } from "../../i18n/words";
import { goodness, scoreText, toneOfScore } from "../../ui/scores";
import type { ScoreCell, ScoreColumn } from "./data";
import type { en } from "./en";

interface Props {
  cell: ScoreCell | null | undefined;
  scale: ScoreColumn;
  t: Translation<typeof en>;
}

export function ScoreCellView({ cell, scale, t }: Props): ReactNode {
  if (!cell) return <span className="dim">{t.notScored}</span>;
  const [state, value, label, reason, error] = cell;
  if (state === 4) {
    return (
      <span className="line theirs" title={error}>
        {error}
      </span>
    );
  }
  if (state === 3 || value === null) {
    return (
      <span className="dim line" title={reason || t.notAskedWhy}>
        {t.notAsked}
      </span>
    );
  }
  const tone = toneOfScore(value, scale, scale.p5);
  const share = goodness(value, scale);
  const why = [state === 2 ? t.failedItem : label, reason].filter(Boolean).join(": ");
  return (
    <>
      {share !== null && (
        <span className="score-bar" aria-hidden="true">
          <i className={`score-${tone}`} style={{ width: `${Math.max(4, share * 100)}%` }} />
        </span>
      )}
      <span className={`mono score-${tone}`} title={why}>
        {scoreText(value, scale.unit)}
      </span>
      <span className="dim line theirs" title={why}>
        {state === 2 ? t.failed : label || reason}
      </span>
    </>
  );
}
