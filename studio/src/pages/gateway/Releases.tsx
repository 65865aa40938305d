/** Releases: what is served, what is tried beside it, what was; who had to do with each. */
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { moment, share } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { words } from "./words";

export function Releases() {
  const t = useWords(words);
  const spoken = useLanguage();
  const found = useLoaded("releases", (signal) => ask("list_releases", {}, { signal }));
  const { data } = found;
  if (!data) return found.problem ? <ProblemNote problem={found.problem} onAgain={found.reload} /> : <Loading />;
  const affected = (release: string): string => address("/monitor/requests", {}, { release });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className="page-scroll" aria-label={t.releases} tabIndex={0}>
      {data.releases.length === 0 && (
        <Empty title={t.noReleases}>
          <p>{t.noReleasesHow}</p>
        </Empty>
      )}
      {data.releases.length > 0 && (
        <div className="gate-wide">
          <table className="table">
            <thead>
              <tr>
                {[t.release, t.state, t.share, t.promoted, t.made, t.note, t.affected].map((each) => (
                  <th key={each} scope="col">
                    {each}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.releases.map((each) => (
                <tr key={each.release}>
                  <td className="mono theirs">{each.release}</td>
                  <td>
                    {each.state && (
                      <span className={`chip ${each.state === "served" ? "ok" : "changed"}`}>{t[each.state]}</span>
                    )}
                  </td>
                  <td>{each.share > 0 ? share(each.share, 1) : ""}</td>
                  <td>{each.promoted_ms === null ? "" : moment(each.promoted_ms, spoken)}</td>
                  <td>{moment(each.made_ms, spoken)}</td>
                  <td className="theirs">{each.note}</td>
                  <td>
                    <Link to={affected(each.release)}>{t.requests}</Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data.off.length > 0 && (
        <div>
          <h2 className="list-title">{t.off}</h2>
          <ul className="gate-secrets">
            {data.off.map((each) => (
              <li key={each.what}>
                <span className="mono theirs">{each.what}</span>{" "}
                <span className="dim theirs">
                  {[moment(each.at_ms, spoken), each.by, each.why].filter(Boolean).join(" · ")}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {data.promotions.length > 0 && (
        <div>
          <h2 className="list-title">{t.history}</h2>
          <ul className="gate-secrets">
            {data.promotions.map((each) => (
              <li key={`${each.at_ms} ${each.release}`}>
                <span className="mono theirs">{each.release}</span> {share(each.share, 1)}{" "}
                <span className="dim theirs">
                  {[moment(each.at_ms, spoken), each.by, each.why].filter(Boolean).join(" · ")}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className="dim">{t.shell}</p>
    </section>
  );
}
