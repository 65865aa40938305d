/** Figures by candidates: each with its difference to the baseline, the interval, and what it allows to be said. */
import { Link } from "../../app/Link";
import { moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { type Candidate, type Candidates, letterOf } from "./candidates";
import { addressOf } from "./chosen";
import { chance, type Figure, nameOf, shown, signed, winsOf } from "./figures";
import { Plot } from "./Plot";
import { words } from "./words";

interface Props {
  of: Candidates;
  on: string;
  onRemove: (run: string) => void;
}

export function CandidateTable({ of, on, onRemove }: Props) {
  const t = useWords(words);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className="compare-several more-x" tabIndex={0} aria-label={t.figures}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.figure}</th>
            <th scope="col">
              <Run letter="A" of={of.a} />
              <div className="compare-note">{t.baseline}</div>
            </th>
            {of.candidates.map((each, place) => (
              <th key={each.run.run} scope="col" className={each.run.run === on ? "chosen" : ""}>
                <Head of={each} letter={letterOf(place)} baseline={of.a.run} onRemove={onRemove} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.figures.map((each) => {
            const first = each.of.find((one) => one !== null);
            return (
              <tr key={each.name}>
                <th scope="row" className={each.name.startsWith("output.") ? "mono theirs" : ""}>
                  {nameOf(each.name, t)}
                </th>
                <td className="mono">{first && shown(each.name, first.kind, first.a.value, each.unit)}</td>
                {of.candidates.map((one, place) => (
                  <td key={one.run.run} className={one.run.run === on ? "chosen" : ""}>
                    <Difference of={each.of[place] ?? null} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="dim compare-note">{t.methodsSeveral(of.candidates.length)}</p>
      {of.figures_more && <p className="dim">{t.moreFigures}</p>}
    </section>
  );
}

function Run({ letter, of }: { letter: string; of: Candidate["run"] }) {
  const spoken = useLanguage();
  return (
    <span title={`${of.target} · ${of.data} · ${of.run}`}>
      {letter} <span className="theirs">{of.target}</span> <span className="dim">{moment(of.started_ms, spoken)}</span>
    </span>
  );
}

function Head({
  of,
  letter,
  baseline,
  onRemove,
}: {
  of: Candidate;
  letter: string;
  baseline: string;
  onRemove: (run: string) => void;
}) {
  const t = useWords(words);
  return (
    <>
      <div className="row">
        <Link to={addressOf({ a: baseline, candidates: [of.run.run] })} aria-label={t.alone(letter)}>
          <Run letter={letter} of={of.run} />
        </Link>
        <Button quiet className="small" icon="close" label={t.remove(letter)} onClick={() => onRemove(of.run.run)} />
      </div>
      <div className="compare-note" title={t.onlyIn(String(of.only_a), String(of.only_b))}>
        {t.came(of.pairs, of.fixed, of.broken)}
      </div>
    </>
  );
}

function Difference({ of }: { of: Figure | null }) {
  const t = useWords(words);
  if (!of) return <span className="dim">{t.noFigure}</span>;
  const say = (value: number): string => signed(of.name, of.kind, value, of.unit);
  const { value, low, high } = of.difference;
  const won = winsOf(of);
  const counted = won ? ` · ${won.wins} / ${won.losses} / ${won.ties}` : "";
  const baseline = shown(of.name, of.kind, of.a.value, of.unit);
  return (
    <div className="compare-cell" title={`${t.pOf(chance(of.p), of.test)} · ${t.baselineHere(baseline, of.pairs)}`}>
      <Plot of={of.difference} name={of.name} kind={of.kind} verdict={of.verdict} unit={of.unit} />
      <div>
        <span className={`mono verdict ${of.verdict}`}>{say(value)}</span>
        {low !== null && high !== null && (
          <span className="dim mono interval">
            [{say(low)}, {say(high)}]
          </span>
        )}
        <div className="compare-note">
          <span className="mono">{shown(of.name, of.kind, of.b.value, of.unit)}</span>
          {" · "}
          <span className={`verdict ${of.verdict}`}>{t[`v_${of.verdict}`]}</span>
          {of.up + of.down > 0 && (
            <>
              {" · "}
              <span className="mono" title={t.pLong}>
                p {chance(of.p_adjusted)}
              </span>
              <span className="mono" title={t.wltLong}>
                {counted}
              </span>
            </>
          )}
        </div>
      </div>
    </div>
  );
}
