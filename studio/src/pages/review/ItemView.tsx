/** One item as it is judged: what went in, what came out, what was expected, and the keys for an answer. */
import { useMemo } from "react";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Keys } from "../../ui/Kbd";
import { TextView, ValueView } from "../../ui/TextView";
import { type Change, diffWords } from "../../ui/words-diff";
import { type Criterion, type Given, type Item, marksOf, type Verdict } from "./answering";
import { words } from "./words";

type Output = Item["outputs"][number];

const textOf = (output: Output): string => output.error || output.text;

export function Shown({ item, diff }: { item: Item; diff: boolean }) {
  const t = useWords(words);
  return (
    <>
      <section>
        <h2 className="list-title">{t.input}</h2>
        <ValueView value={item.input} />
      </section>
      <Outputs item={item} diff={diff} />
      {item.has_expected && (
        <section>
          <h2 className="list-title">{t.expected}</h2>
          <ValueView value={item.expected} />
        </section>
      )}
    </>
  );
}

function Outputs({ item, diff }: { item: Item; diff: boolean }) {
  const t = useWords(words);
  const [left, right] = item.outputs;
  const changes = useMemo(
    () => (diff && left && right ? diffWords(textOf(left), textOf(right)) : null),
    [diff, left, right],
  );
  if (!left) return null;
  const parts = [
    { of: left, name: right ? t.leftSide : t.output, leaves: "added" },
    ...(right ? [{ of: right, name: t.rightSide, leaves: "removed" }] : []),
  ];
  return (
    <div className={right ? "review-pair" : "review-one"}>
      {parts.map(({ of, name, leaves }) => (
        <section key={name} className={of.error ? "review-side failed" : "review-side"} aria-label={name}>
          <h2 className="list-title">
            {name}
            {of.run && <span className="theirs mono">{` · ${of.run}`}</span>}
          </h2>
          {changes ? <Differing changes={changes.filter((each) => each.op !== leaves)} /> : <Said of={of} />}
          <Further of={of} />
        </section>
      ))}
    </div>
  );
}

/** What only this side says. Neither colour nor line tells which side is the newer one. */
function Differing({ changes }: { changes: readonly Change[] }) {
  let at = 0;
  return (
    <p className="textview theirs">
      {changes.map(({ op, text }) => {
        const key = at++;
        return op === "same" ? (
          text
        ) : (
          <mark key={key} className="review-differs">
            {text}
          </mark>
        );
      })}
    </p>
  );
}

function Said({ of }: { of: Output }) {
  const t = useWords(words);
  if (of.gone) return <p className="dim">{t.gone}</p>;
  if (of.error) return <TextView text={of.error} mono />;
  return typeof of.json === "object" && of.json !== null ? <ValueView value={of.json} /> : <TextView text={of.text} />;
}

function Further({ of }: { of: Output }) {
  const t = useWords(words);
  if (!of.run) return null;
  return (
    <p className="row review-further">
      {of.trace && (
        <Link className="button small" to={address("/traces/:trace", { trace: of.trace })}>
          <Icon name="trace" size={14} />
          {t.trace}
        </Link>
      )}
      <Link
        className="button small"
        to={address("/runs/:run", { run: of.run }, { item: of.index, trial: of.trial || undefined })}
      >
        <Icon name="grid" size={14} />
        {t.cell}
      </Link>
    </p>
  );
}

export const VERDICT_KEYS = [
  ["left", "ArrowLeft"],
  ["right", "ArrowRight"],
  ["tie", "t"],
  ["bad", "b"],
  ["skip", "s"],
] as const;

interface VerdictsProps {
  now: Verdict;
  onSay: (verdict: Verdict) => void;
  disabled: boolean;
}

export function Verdicts({ now, onSay, disabled }: VerdictsProps) {
  const t = useWords(words);
  return (
    <div className="row review-keys" role="group" aria-label={t.yourAnswer}>
      {VERDICT_KEYS.map(([verdict, key]) => (
        <Button key={verdict} aria-pressed={now === verdict} disabled={disabled} onClick={() => onSay(verdict)}>
          {t[verdict]}
          <Keys of={key} />
        </Button>
      ))}
    </div>
  );
}

interface MarkingProps {
  criteria: readonly Criterion[];
  marks: Readonly<Record<string, number>>;
  at: number;
  isSkipped: boolean;
  disabled: boolean;
  onAt: (at: number) => void;
  onMark: (criterion: Criterion, mark: number) => void;
  onSkip: () => void;
}

export function Marking({ criteria, marks, at, isSkipped, disabled, onAt, onMark, onSkip }: MarkingProps) {
  const t = useWords(words);
  return (
    <div className="review-marks">
      {criteria.map((each, i) => (
        <div
          key={each.name}
          className={i === at ? "row review-criterion at" : "row review-criterion"}
          role="group"
          aria-label={each.name}
          aria-current={i === at}
        >
          <span className="theirs review-criterion-name">{each.name}</span>
          {marksOf(each).map(({ key, mark }) => (
            <Button
              key={key}
              aria-pressed={marks[each.name] === mark}
              disabled={disabled}
              onClick={() => {
                onAt(i);
                onMark(each, mark);
              }}
            >
              {each.high === 1 ? (mark ? t.yes : t.no) : mark}
              {each.high === 1 && <Keys of={key} />}
            </Button>
          ))}
        </div>
      ))}
      <div className="row review-criterion">
        <Button aria-pressed={isSkipped} disabled={disabled} onClick={onSkip}>
          {t.skip}
          <Keys of="s" />
        </Button>
      </div>
    </div>
  );
}

/** An answer in words. */
export function useSaid(): (answer: Pick<Given, "verdict" | "marks">) => string {
  const t = useWords(words);
  return ({ verdict, marks }) => {
    if (verdict) return t[verdict];
    const said = Object.entries(marks).map(([name, mark]) => `${name} ${mark}`);
    return said.join(", ") || t.begun;
  };
}

export function Others({ of }: { of: readonly Given[] }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const said = useSaid();
  if (of.length === 0) return null;
  return (
    <section>
      <h2 className="list-title">{t.others}</h2>
      <table className="table">
        <tbody>
          {of.map((each) => (
            <tr key={each.reviewer}>
              <td className="theirs">{each.reviewer}</td>
              <td className="theirs">{said(each)}</td>
              <td className="theirs">{each.comment}</td>
              <td className="num">{moment(each.made_ms, spoken)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
