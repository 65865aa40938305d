/** What is in a base: figures, small charts, and what could not be read. */
import type { ReactNode } from "react";
import { changeQuery } from "../../app/router";
import { count, moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { bytes } from "../datasets/text";
import type { Base } from "./BasePage";
import { spokenLanguage } from "./lens";
import { words } from "./words";

const MOST_BARS = 8;

function Figure({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="base-figure">
      <dt>{name}</dt>
      <dd className="base-value">{value}</dd>
      {note && <dd className="base-note">{note}</dd>}
    </div>
  );
}

export function Overview({ of }: { of: Base }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const built = Date.parse(of.built ?? "");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className="page-scroll overview" tabIndex={0} role="group" aria-label={t.overview}>
      <dl className="base-figures">
        <Figure
          name={t.documents}
          value={count(of.documents ?? 0)}
          note={of.restricted ? t.restricted(count(of.restricted)) : ""}
        />
        <Figure name={t.chunks} value={count(of.chunks ?? 0)} />
        <Figure
          name={t.vectors}
          value={count(of.vectors ?? 0)}
          note={of.by_keywords ? t.byKeywords(count(of.by_keywords)) : ""}
        />
        <Figure name={t.size} value={bytes(of.bytes ?? 0)} />
        <Figure
          name={t.builtAt}
          value={Number.isNaN(built) ? "–" : moment(built, spoken)}
          note={<span className="mono">{(of.snapshot ?? "").slice(0, 16)}</span>}
        />
      </dl>
      <div className="base-charts">
        <Bars
          title={t.languages}
          of={Object.entries(of.languages ?? {}).map(([code, n]) => [spokenLanguage(code, spoken), n])}
        />
        <Bars title={t.formats} of={Object.entries(of.formats ?? {})} />
        <Lengths of={of.lengths ?? {}} />
      </div>
      <div className="base-columns">
        <section>
          <h2 className="list-title">{t.settings}</h2>
          <dl className="facts">
            <dt>{t.sources}</dt>
            <dd className="mono theirs">{of.sources.join(", ")}</dd>
            <dt>{t.embedder}</dt>
            <dd className="theirs">{of.embedder || t.noEmbedder}</dd>
            <dt>{t.mode}</dt>
            <dd>{t[`mode_${of.mode as "dense"}`] ?? of.mode}</dd>
            <dt>{t.fusion}</dt>
            <dd>{of.fusion || t.none}</dd>
            <dt>{t.rerank}</dt>
            <dd className="theirs">{of.rerank || t.none}</dd>
            <dt>{t.passagesK}</dt>
            <dd>{of.k}</dd>
            {(of.groups ?? []).length > 0 && (
              <>
                <dt>{t.readers}</dt>
                <dd className="theirs">{(of.groups ?? []).join(", ")}</dd>
              </>
            )}
            {(of.left_out ?? []).length > 0 && (
              <>
                <dt>{t.leftOut}</dt>
                <dd className="mono theirs">{(of.left_out ?? []).join(", ")}</dd>
              </>
            )}
          </dl>
        </section>
        <Problems of={of} />
      </div>
    </div>
  );
}

function Problems({ of }: { of: Base }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const troubled = of.troubled ?? [];
  const rest = (of.troubled_total ?? 0) - troubled.length;
  return (
    <section>
      <h2 className="list-title">
        {t.problems} {of.troubled_total ? count(of.troubled_total) : ""}
      </h2>
      {troubled.length === 0 && <p className="soft">{t.noProblems}</p>}
      <ul className="troubles">
        {troubled.map((each) => (
          <li key={each.doc}>
            <div className="row">
              {each.failed ? (
                <span className="mono theirs line">{each.doc}</span>
              ) : (
                <button
                  type="button"
                  className="link-button mono theirs line"
                  onClick={() => changeQuery({ doc: each.doc, at: "" }, { push: true })}
                >
                  {each.doc}
                </button>
              )}
              {each.failed && <span className="chip error">{t.failedDocument}</span>}
            </div>
            {each.problems.map((problem, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a document's problems have no other name than their place
              <p key={i} className="soft theirs">
                {problem.page > 0 && <span className="dim">{t.page(problem.page)}: </span>}
                {spoken === "zh" ? problem.zh : problem.en}
              </p>
            ))}
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="dim">{t.moreProblems(count(rest))}</p>}
    </section>
  );
}

function Bars({ title, of }: { title: string; of: readonly (readonly [string, number])[] }) {
  const most = Math.max(1, ...of.map(([, n]) => n));
  return (
    <section>
      <h2 className="list-title">{title}</h2>
      <dl className="bars">
        {of.slice(0, MOST_BARS).map(([name, n]) => (
          <div key={name} className="bar-line">
            <dt className="line theirs">{name}</dt>
            <dd>
              <i style={{ width: `${(n / most) * 100}%` }} />
              <span>{count(n)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {of.length > MOST_BARS && <p className="dim">+{of.length - MOST_BARS}</p>}
    </section>
  );
}

/** How many chunks have how many tokens. */
function Lengths({ of }: { of: Readonly<Record<string, number>> }) {
  const t = useWords(words);
  const bins = Object.entries(of)
    .map(([from, n]) => [Number(from), n] as const)
    .sort(([a], [b]) => a - b);
  if (bins.length === 0) return null;
  const step = bins.length > 1 ? (bins[1]?.[0] ?? 0) - (bins[0]?.[0] ?? 0) : 1;
  const most = Math.max(1, ...bins.map(([, n]) => n));
  return (
    <section>
      <h2 className="list-title">{t.lengths}</h2>
      <ol className="lengths">
        {bins.map(([from, n]) => (
          <li key={from} title={t.lengthsSaid(n, from, from + step - 1)}>
            <span className="unseen">{t.lengthsSaid(n, from, from + step - 1)}</span>
            <i style={{ height: `${(n / most) * 100}%` }} />
          </li>
        ))}
      </ol>
      <div className="lengths-axis mono dim" aria-hidden="true">
        <span>0</span>
        <span>{(bins.at(-1)?.[0] ?? 0) + step}</span>
      </div>
    </section>
  );
}
