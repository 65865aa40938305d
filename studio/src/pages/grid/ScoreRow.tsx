/** What each scorer came to: the mean with its interval, and the floor beneath it. */
import { useWords } from "../../i18n/words";
import { meanText, scoreText, toneOfScore } from "../../ui/scores";
import type { ScoreColumn } from "./data";
import { words } from "./words";

interface Props {
  scorers: readonly ScoreColumn[];
  /** Items of the run. */
  total: number;
  onShow: (index: number, trial: number, scorer: string) => void;
}

export function ScoreRow({ scorers, total, onShow }: Props) {
  const t = useWords(words);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className="score-row" tabIndex={0} aria-label={t.scores}>
      {scorers.map((each) => (
        <Score key={each.scorer} of={each} total={total} onShow={onShow} />
      ))}
    </section>
  );
}

function Score({ of, total, onShow }: { of: ScoreColumn; total: number; onShow: Props["onShow"] }) {
  const t = useWords(words);
  const { worst, worst_row: row } = of;
  const told = of.n + of.skipped + of.errors;
  const left = [
    told < total && t.scoredOf(told, total),
    of.errors > 0 && t.scorerErrors(of.errors),
    of.skipped > 0 && t.skippedItems(of.skipped),
    of.failed > 0 && t.failedItems(of.failed),
  ].filter(Boolean);
  return (
    <dl className="figure score-figure" title={[of.told, of.name !== of.scorer && of.name].filter(Boolean).join("\n")}>
      <dt className="theirs line">{of.scorer}</dt>
      <dd className="figure-value">
        {of.mean === null ? "–" : meanText(of.mean, of)}{" "}
        {of.low !== null && of.high !== null && (
          <small className="mono" title={t.interval}>
            [{meanText(of.low, of)}, {meanText(of.high, of)}]
          </small>
        )}
      </dd>
      <dd className="figure-note">
        {of.p5 !== null && !of.is_share && `${t.p5} ${scoreText(of.p5, of.unit)} · `}
        {worst !== null && row !== null && (
          <button type="button" className="link-button" onClick={() => onShow(row, of.worst_trial ?? 0, of.scorer)}>
            {t.worst} <span className={`score-${toneOfScore(worst, of, of.p5)}`}>{scoreText(worst, of.unit)}</span>
          </button>
        )}
        {left.length > 0 && <span className="score-left"> · {left.join(" · ")}</span>}
      </dd>
    </dl>
  );
}
