/** Variants by scorers: means with intervals, the difference to the baseline and what it allows to be said. */
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { duration, money, share } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Icon } from "../../ui/Icon";
import { differenceText, meanText, scoreText } from "../../ui/scores";
import { bestOf, chance, type Matrix, type Score, type Scorer, type Variant } from "./figures";
import { words } from "./words";

export function Table({ of, only }: { of: Matrix; only: string }) {
  const t = useWords(words);
  const best = of.scorers.map((each, i) => bestOf(of.variants, i, each.better));
  const baseline = of.variants[0]?.run.id ?? "";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className="matrix-table more-x" tabIndex={0} aria-label={t.variants}>
      <table className="table">
        <thead>
          <tr>
            <th>{t.variant}</th>
            {of.scorers.map((each) => (
              <th key={each.scorer} className="theirs" title={each.told || undefined}>
                {each.scorer === "ok" ? t.ok : each.scorer}
              </th>
            ))}
            <th className="num">{t.cost}</th>
            <th className="num" title={t.timeLong}>
              {t.time}
            </th>
            <th className="num">{t.reused}</th>
            <th>
              <span className="unseen">{t.toBaseline}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {of.variants.map((each) => (
            <tr key={each.run.id} className={each.run.id === only ? "chosen" : ""}>
              <th scope="row">
                <VariantName of={each} />
              </th>
              {of.scorers.map((scorer, i) => (
                <td key={scorer.scorer}>
                  <ScoreView of={each.scores[i] ?? null} scorer={scorer} isBest={best[i]?.has(each.run.id) ?? false} />
                </td>
              ))}
              <td className="num mono">{money(each.run.cost) || "0"}</td>
              <td className="num mono">{each.ms === null ? "–" : duration(each.ms)}</td>
              <td className="num mono">{share(each.run.hits, each.run.calls)}</td>
              <td>
                {!each.baseline && (
                  <Link
                    className="button small"
                    to={address("/compare", {}, { a: baseline, b: each.run.id })}
                    aria-label={t.compareLong(each.label)}
                  >
                    <Icon name="compare" size={14} />
                    {t.toBaseline}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function VariantName({ of }: { of: Variant }) {
  const t = useWords(words);
  const parts = [...Object.entries(of.models), ...Object.entries(of.prompts)];
  return (
    <>
      <Link to={address("/runs/:run", { run: of.run.id })} title={t.openRun(of.label)} className="theirs">
        {of.label}
      </Link>
      {of.baseline && <span className="chip">{t.baseline}</span>}
      {of.run.status === "running" && <span className="chip changed">{t.running}</span>}
      <div className="matrix-note theirs">{parts.map(([place, given]) => `${place} = ${given}`).join(", ")}</div>
    </>
  );
}

function ScoreView({ of, scorer, isBest }: { of: Score | null; scorer: Scorer; isBest: boolean }) {
  const t = useWords(words);
  if (!of || of.mean === null) return <span className="dim">{t.notScored}</span>;
  const say = (value: number): string => meanText(value, scorer);
  const worst = of.worst === null ? "" : scoreText(of.worst, scorer.unit);
  const floor = of.p5 === null || scorer.is_share ? "" : ` · ${t.floor(scoreText(of.p5, scorer.unit), worst)}`;
  return (
    <>
      <div title={`${t.scored(of.n)}${floor}`}>
        <span className={isBest ? "matrix-mean best" : "matrix-mean"}>{say(of.mean)}</span>{" "}
        {of.low !== null && of.high !== null && (
          <span className="matrix-note mono" title={t.interval}>
            [{say(of.low)}, {say(of.high)}]
          </span>
        )}
      </div>
      {of.delta !== null && of.verdict && <Difference of={of} scorer={scorer} />}
    </>
  );
}

function Difference({ of, scorer }: { of: Score; scorer: Scorer }) {
  const t = useWords(words);
  const say = (value: number | null): string => (value === null ? "–" : differenceText(value, scorer));
  const long = t.long(say(of.delta_low), say(of.delta_high), chance(of.p_adjusted ?? 1), of.wins, of.losses, of.ties);
  return (
    <div className={`matrix-verdict ${of.verdict}`} title={long}>
      <span className="mono">{say(of.delta)}</span> {t[`v_${of.verdict ?? "same"}`]}
    </div>
  );
}
