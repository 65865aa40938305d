/** One turn: what was asked and answered, and in the margin figures, feedback and where it leads. */
import { changeQuery } from "../../app/router";
import { count, duration, moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Markdown } from "../../ui/Markdown";
import type { Turn } from "./SessionsPage";
import { words } from "./words";

export function TurnView({ turn, onAdd, onCase }: { turn: Turn; onAdd: () => void; onCase: () => void }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const rating = (value: number): string => (value > 0 ? t.good : value < 0 ? t.bad : t.neither);
  return (
    <li className="turn">
      <div className="turn-said">
        <h3 className="list-title">{t.question}</h3>
        <div className="turn-question">
          <Markdown text={turn.question} />
        </div>
        <h3 className="list-title">{t.answer}</h3>
        {turn.answer && <Markdown text={turn.answer} />}
        {turn.error && <p className="tone-bad theirs">{turn.error}</p>}
        {!turn.span && <p className="dim">{t.noTrace}</p>}
        {turn.more && <p className="dim">{t.cut}</p>}
      </div>
      <aside className="turn-margin">
        <p className="dim">{moment(turn.at_ms, spoken)}</p>
        <p className="soft mono">
          {duration(turn.ms)}
          {turn.tokens > 0 && ` · ${count(turn.tokens)}`}
        </p>
        {turn.first_ms > 0 && <p className="dim">{t.firstToken(duration(turn.first_ms))}</p>}
        {turn.model && <p className="soft theirs">{turn.model}</p>}
        {turn.cached && <p className="turn-cached">{t.fromCache}</p>}
        {turn.degraded && <p className="turn-degraded theirs">{t.degraded(turn.degraded)}</p>}
        {turn.release && <p className="dim theirs">{t.release(turn.release.slice(0, 12))}</p>}
        {turn.feedback.map((said) => (
          <div key={`${said.user} ${said.source} ${said.at_ms}`} className="turn-feedback">
            <p className={said.rating > 0 ? "tone-good" : said.rating < 0 ? "tone-bad" : "soft"}>
              <span className="theirs">{t.said(said.user)}</span>: {rating(said.rating)}
            </p>
            {said.comment && <p className="theirs soft">{said.comment}</p>}
          </div>
        ))}
        {turn.span && (
          <div className="turn-tools">
            <Button className="small" icon="trace" onClick={() => changeQuery({ peek: turn.trace })}>
              {t.trace}
            </Button>
            <Button className="small" icon="data" onClick={onAdd}>
              {t.addDataset}
            </Button>
            <Button className="small" icon="board" onClick={onCase}>
              {t.makeCase}
            </Button>
          </div>
        )}
      </aside>
    </li>
  );
}
