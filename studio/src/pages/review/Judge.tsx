/** A scorer beside people: where they say the same, and from which score on it should say yes. */
import { useWords } from "../../i18n/words";
import { percent, type ReviewResult, Table, useFigure } from "./Result";
import { words } from "./words";

type JudgeBeside = NonNullable<ReviewResult["judge"]>;
type JudgeTable = NonNullable<JudgeBeside["table"]>;

export function Judge({ of }: { of: JudgeBeside }) {
  const t = useWords(words);
  const { threshold } = of;
  const value = threshold ? String(Number(threshold.threshold.toPrecision(4))) : "";
  return (
    <>
      {of.yes_from !== null && of.yes_from > 1 && <p className="dim">{t.yesFrom(of.yes_from)}</p>}
      {of.split > 0 && <p className="dim">{t.splitPeople(of.split)}</p>}
      {of.table && <Confusion of={of.table} />}
      {threshold && (
        <>
          <p>
            {of.higher ? t.thresholdAt(value, threshold.chosen_on) : t.thresholdBelow(value, threshold.chosen_on)}{" "}
            {t.heldOut(threshold.held_out.rows)}
          </p>
          <Confusion of={threshold.held_out} />
        </>
      )}
      {of.too_few && <p className="dim">{t.tooFew}</p>}
    </>
  );
}

function Confusion({ of }: { of: JudgeTable }) {
  const t = useWords(words);
  const told = useFigure();
  const named: Record<string, string> = { True: t.true_, False: t.false_, tie: t.tie, a: "A", b: "B" };
  const say = (label: string): string => named[label] ?? label;
  return (
    <>
      <Table
        label={t.judge}
        heads={[t.people_judge, ...of.labels.map(say)]}
        rows={of.counts.map((row, i) => [say(of.labels[i] ?? ""), ...row])}
      />
      <dl className="facts">
        <dt>{t.agreeing}</dt>
        <dd className="mono">{told(of.agreement, percent)}</dd>
        <dt>{t.kappa}</dt>
        <dd className="mono">{told(of.kappa)}</dd>
      </dl>
    </>
  );
}
