/** What git and the store know of a dataset: commits that changed it, runs over it. */
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import type { RunHead } from "../../state/project";
import { Loading, ProblemNote } from "../../ui/Told";
import { StatusChip } from "../grid/StatusChip";
import { words } from "./words";

export function History({ path, version }: { path: string; version: string }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const loaded = useLoaded(`history ${path}`, (signal) => ask("get_dataset_history", { path }, { signal }), version);
  const of = loaded.data;
  if (loaded.problem) return <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />;
  if (!of) return <Loading />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className="page-scroll" tabIndex={0} role="group" aria-label={t.history}>
      <p className="dim">
        {t.digest} <span className="mono">{of.digest.slice(0, 16)}</span>
      </p>
      <section>
        <h2 className="list-title">{t.runsOver}</h2>
        {of.runs.length === 0 ? (
          <p className="soft">
            {t.noRuns}: <span className="mono">{t.noRunsHow(path)}</span>
          </p>
        ) : (
          <table className="table">
            <thead>
              <tr>
                <th>{t.target}</th>
                <th>{t.started}</th>
                <th>{t.status}</th>
                <th>{t.digest}</th>
                <th>
                  <span className="unseen">{t.compareRun}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {of.runs.map((each) => (
                <tr key={each.run}>
                  <td>
                    <div className="row">
                      <Link to={address("/runs/:run", { run: each.run })} className="theirs">
                        {each.target}
                      </Link>
                      <span className="mono dim">{each.run}</span>
                    </div>
                  </td>
                  <td>{moment(each.started_ms, spoken)}</td>
                  <td>
                    <StatusChip status={each.status as RunHead["status"]} />
                  </td>
                  <td className={each.now ? "" : "dim"}>{each.now ? t.overNow : t.overOlder}</td>
                  <td className="num">
                    <Link to={address("/compare", {}, { b: each.run })}>{t.compareRun}</Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section>
        <h2 className="list-title">{t.commits}</h2>
        {of.commits.length === 0 ? (
          <p className="soft">
            {t.noCommits} <span className="mono">{t.noCommitsHow}</span>
          </p>
        ) : (
          <table className="table">
            <thead>
              <tr>
                <th>{t.revision}</th>
                <th>{t.when}</th>
                <th>{t.author}</th>
                <th>{t.subject}</th>
              </tr>
            </thead>
            <tbody>
              {of.commits.map((each) => (
                <tr key={each.revision}>
                  <td className="mono">{each.revision.slice(0, 10)}</td>
                  <td>{moment(each.at_ms, spoken)}</td>
                  <td className="theirs">{each.author}</td>
                  <td className="theirs">{each.subject}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </div>
  );
}
