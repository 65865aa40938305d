/** What scorers said of one item, whole: value, reason, figures beneath, how the scorer was set, its own trace. */
import type { Answer } from "../../api/client";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { useWords } from "../../i18n/words";
import { Icon } from "../../ui/Icon";
import { Section } from "../../ui/Panel";
import { scoreText, toneOfScore } from "../../ui/scores";
import { TextView } from "../../ui/TextView";
import { select } from "./selection";
import { words } from "./words";

type Score = Answer<"get_item">["scores"][number];
interface Props {
  scores: readonly Score[];
  index: number;
  trial: number;
  /** The one that is looked at. */
  chosen: string;
}

export function ScorePart({ scores, index, trial, chosen }: Props) {
  const t = useWords(words);
  if (scores.length === 0) return null;
  return (
    <Section title={t.scores}>
      {scores.map((each) => {
        const isOpen = chosen === each.scorer || (chosen === "" && scores.length === 1);
        return (
          <div key={each.scorer}>
            <button
              type="button"
              className="beneath"
              aria-expanded={isOpen}
              onClick={() => select({ index, trial, step: "", score: isOpen ? "" : each.scorer })}
            >
              <span className="dot" style={{ background: "var(--kind-score)" }} />
              <span className="name line theirs">{each.scorer}</span>
              <Value of={each} />
              <span className="grow line theirs dim">{each.error || each.reason}</span>
            </button>
            {isOpen && <Whole of={each} />}
          </div>
        );
      })}
    </Section>
  );
}

function Value({ of }: { of: Score }) {
  const t = useWords(words);
  if (of.state === 4) return <span className="chip error">{t.scorerFailed}</span>;
  if (of.state === 3 || of.value === null) return <span className="chip">{t.notAsked}</span>;
  const tone = toneOfScore(of.value, of);
  return (
    <span className="chip">
      <span className={`mono score-${tone}`}>{scoreText(of.value, of.unit)}</span>
      {of.state === 2 ? ` ${t.failed}` : of.label && ` ${of.label}`}
    </span>
  );
}

function Whole({ of }: { of: Score }) {
  const t = useWords(words);
  const settings = Object.entries(of.settings);
  const parts = Object.entries(of.parts);
  const scale = [of.least ?? "−∞", of.most ?? "∞"].join(" … ");
  return (
    <div className="score-whole">
      {of.state === 2 && <p className="soft">{t.failedItemWhy}</p>}
      {of.state === 3 && <p className="soft">{t.notAskedWhy}</p>}
      {of.error && (
        <div className="problem">
          <TextView text={of.error} />
        </div>
      )}
      {of.reason && <TextView text={of.reason} />}
      <dl className="facts">
        {parts.map(([name, value]) => (
          <Fact key={name} name={name} value={scoreText(value, "")} />
        ))}
        <Fact name={t.scorer} value={of.name} />
        <Fact name={t.scale} value={`${scale}${of.unit ? ` ${of.unit}` : ""}, ${t[`better_${of.better}`]}`} />
        {settings.map(([name, value]) => (
          <Fact key={name} name={name} value={typeof value === "string" ? value : JSON.stringify(value)} />
        ))}
      </dl>
      {of.told && <p className="dim theirs">{of.told}</p>}
      {of.trace && (
        <Link className="button small" to={address("/traces/:trace", { trace: of.trace })}>
          <Icon name="trace" size={14} />
          {t.scorerTrace}
        </Link>
      )}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="theirs">{name}</dt>
      <dd className="mono theirs">{value}</dd>
    </>
  );
}
