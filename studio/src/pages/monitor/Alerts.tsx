/** Alerts as they are set, with their state. */
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { type Asked, requestsAt } from "./asking";
import { words } from "./words";

const EXAMPLE = `[alerts.errors]
of = "errors"
above = 0.05
over = "5m"`;
type Words = typeof words.zh;
const BEFORE_MS = 600_000;
const chips = { firing: "error", well: "ok", over: "" } as const;
const shown = (value: number | null): string => (value === null ? "" : Number(value.toPrecision(3)).toString());

/** What a rule is about; what was set by another version of loomwork stays as it is written. */
const ofWords = (t: Words, of: string): string => {
  const key = `of_${of}`;
  return key in t ? String(t[key as keyof Words]) : of;
};

export function Alerts({ asked, question }: { asked: Asked; question: string }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const found = useLoaded(
    `alerts ${question}`,
    (signal) => ask("get_alerts", { ...asked }, { signal }),
    asked.until_ms,
  );
  const told = found.data;
  if (!told) return null;
  return (
    <section className="mon-part" aria-label={t.alerts}>
      <h2>{t.alerts}</h2>
      {told.problem && <p className="notice theirs">{told.problem}</p>}
      {told.alerts.length === 0 && (
        <div className="mon-note dim">
          {t.noAlerts}
          <pre className="mon-example">{EXAMPLE}</pre>
        </div>
      )}
      <ul className="mon-alerts" aria-live="polite">
        {told.alerts.map((each) => (
          <li key={each.name} className="mon-alert">
            <span className={`chip ${chips[each.state]}`}>{t[each.state]}</span>
            <b className="theirs">{each.name}</b>
            <span className="soft theirs">{ofWords(t, each.of)}</span>
            <span className="mono dim">{each.rule}</span>
            {each.state === "firing" && each.since_ms !== null ? (
              <Link
                to={requestsAt({
                  ...asked,
                  since_ms: each.since_ms - BEFORE_MS,
                  until_ms: Math.max(asked.until_ms, each.since_ms + BEFORE_MS),
                })}
              >
                {t.since(moment(each.since_ms, spoken))} · {t.value(shown(each.value), shown(each.limit))}
              </Link>
            ) : (
              <span className="dim">
                {each.since_ms === null ? t.neverFired : t.lastFired(moment(each.since_ms, spoken))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
