/** What a variant answers, while it is written and after: text, figures, what went wrong, or how it differs. */
import { useEffect, useRef } from "react";
import { toldIn } from "../../api/problem";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { count, duration, money } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { useStore } from "../../state/store";
import { Diff } from "../../ui/Diff";
import { Copy } from "../../ui/trace/Copy";
import { letterOf } from "./draft";
import { type Answered, answers } from "./playing";
import { words } from "./words";

interface Props {
  answered: Answered | null;
  letter: string;
  against: number | null;
}

export function AnswerView({ answered, letter, against }: Props) {
  const t = useWords(words);
  const spoken = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const other = useStore(answers, (now) => (against === null ? null : (now.get(against) ?? null)));
  const isWriting = answered?.state === "writing" || answered?.state === "waiting";
  const text = answered?.text ?? "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written comes into sight as it grows
  useEffect(() => {
    const place = box.current;
    if (place && isWriting && place.scrollHeight - place.scrollTop - place.clientHeight < 80)
      place.scrollTop = place.scrollHeight;
  }, [text]);
  const told = answered?.problem ? toldIn(answered.problem, spoken) : null;
  const isCompared = other !== null && !isWriting && other.state === "done" && answered?.state === "done" && !told;
  return (
    <div className="answer">
      <div className="section-head">
        <h3 className="grow">
          {t.answer}
          {isCompared && <span className="dim"> {t.against(letterOf(0))}</span>}
        </h3>
        <span className="dim" role="status">
          {answered?.state === "waiting" && t.waiting}
          {answered?.state === "writing" && t.writing}
          {answered?.state === "stopped" && t.stopped}
        </span>
        {text && <Copy of={text} label={`${t.answer} ${letter}`} />}
      </div>
      {answered?.done && <Figures of={answered} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="answer-text" ref={box} tabIndex={0} role="group" aria-label={`${t.answer} ${letter}`}>
        {told && (
          <div className="problem" role="alert">
            <p className="theirs">{told.what}</p>
            {told.todo && <p className="theirs">{told.todo}</p>}
          </div>
        )}
        {answered?.reasoning && (
          <details className="said-more">
            <summary>{t.reasoning}</summary>
            <p className="textview theirs">{answered.reasoning}</p>
          </details>
        )}
        {isCompared ? (
          other.text === text ? (
            <p className="dim">{t.sameAs(letterOf(0))}</p>
          ) : (
            <Diff before={other.text} after={text} />
          )
        ) : (
          <p className="textview theirs">
            {text}
            {isWriting && <span className="writing" aria-hidden="true" />}
          </p>
        )}
        {!answered && <p className="dim">{t.notAsked}</p>}
      </div>
    </div>
  );
}

function Figures({ of }: { of: Answered }) {
  const t = useWords(words);
  const { done } = of;
  if (!done) return null;
  const cost = money(done.cost);
  return (
    <div className="span-chips">
      <span className="chip mono">{duration(done.ms)}</span>
      {done.input_tokens + done.output_tokens > 0 && (
        <span className="chip mono">{t.tokens(count(done.input_tokens), count(done.output_tokens))}</span>
      )}
      {cost && <span className="chip mono">{cost}</span>}
      {done.unpriced && <span className="chip changed">{t.unpriced}</span>}
      {done.cached && (
        <span className="chip hit" title={t.cachedLong}>
          {t.cached}
        </span>
      )}
      {done.finish && done.finish !== "stop" && <span className="chip changed theirs">{t.finish(done.finish)}</span>}
      {done.model && <span className="chip theirs">{done.model}</span>}
      {done.trace && <Link to={address("/traces/:trace", { trace: done.trace }, { span: done.span })}>{t.trace}</Link>}
    </div>
  );
}
