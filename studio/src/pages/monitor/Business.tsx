/** Sessions, people who came back, and what the application says happened. */
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { count, money, share } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { ProblemNote } from "../../ui/Told";
import type { Asked } from "./asking";
import { words } from "./words";

export function Business({ asked, question }: { asked: Asked; question: string }) {
  const t = useWords(words);
  const found = useLoaded(`business ${question}`, (signal) => ask("get_business", { ...asked }, { signal }));
  const told = found.data;
  return (
    <section className="mon-part" aria-label={t.business}>
      <h2>{t.business}</h2>
      {found.problem && <ProblemNote problem={found.problem} onAgain={found.reload} />}
      {told && (
        <>
          <dl className="mon-figures">
            <div>
              <dt>{t.sessions}</dt>
              <dd>{count(told.sessions)}</dd>
            </div>
            <div>
              <dt>{t.users}</dt>
              <dd>{count(told.users)}</dd>
            </div>
            <div>
              <dt>{t.returning}</dt>
              <dd>{share(told.returning, told.users) || "–"}</dd>
            </div>
          </dl>
          {told.events.length === 0 ? (
            <p className="mon-note dim">{t.noEvents}</p>
          ) : (
            <table className="table mon-table">
              <thead>
                <tr>
                  <th>{t.event}</th>
                  <th className="num">{t.count}</th>
                  <th className="num">{t.conversion}</th>
                  <th className="num">{t.revenue}</th>
                </tr>
              </thead>
              <tbody>
                {told.events.map((each) => (
                  <tr key={`${each.name} ${each.currency}`}>
                    <td className="theirs">{each.name}</td>
                    <td className="num">{count(each.count)}</td>
                    <td className="num">
                      {each.converted === null ? "" : `${Math.round(each.converted * 1000) / 10}%`}
                    </td>
                    <td className="num">{money({ [each.currency]: each.value_micros / 1e6 })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </section>
  );
}
