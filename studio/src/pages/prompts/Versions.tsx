/** The versions of a prompt: who wrote each, which runs used it and how they went, and what changed between any two. */
import { Link } from "../../app/Link";
import { address, changeQuery } from "../../app/router";
import { moment, money } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import type { Detail } from "./draft";
import { words } from "./words";

type Version = Detail["versions"][number];
const SHOWN = 8;

interface Props {
  detail: Detail;
  before: string;
  after: string;
  version: string;
}

export function Versions({ detail, before, after, version }: Props) {
  const t = useWords(words);
  return (
    <>
      {detail.versions.length > 1 && <p className="section dim">{t.compareTells}</p>}
      <ul>
        {detail.versions.map((each) => (
          <li key={each.version || "unusable"} className="section">
            <VersionHead
              of={each}
              isBefore={before === each.version}
              isAfter={after === each.version}
              isShown={version === each.version}
            />
            <Uses of={each} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface HeadProps {
  of: Version;
  isBefore: boolean;
  isAfter: boolean;
  isShown: boolean;
}

function VersionHead({ of, isBefore, isAfter, isShown }: HeadProps) {
  const t = useWords(words);
  const spoken = useLanguage();
  const name = of.version.slice(0, 8);
  const commit = of.commits[0];
  return (
    <>
      <div className="row version-head">
        <strong className="mono">{name || t.unusable}</strong>
        {of.is_current && <span className="chip ok">{t.current}</span>}
        <span className="grow" />
        {of.version && (
          <>
            {!of.is_current && (
              <Button
                className="small"
                aria-pressed={isShown}
                onClick={() => changeQuery({ version: of.version, before: "", after: "" }, { push: true })}
              >
                {t.read}
              </Button>
            )}
            <Button
              className="small"
              label={t.fromLong(name)}
              aria-pressed={isBefore}
              onClick={() => changeQuery({ before: isBefore ? "" : of.version, version: "" }, { push: true })}
            >
              {t.from}
            </Button>
            <Button
              className="small"
              label={t.toLong(name)}
              aria-pressed={isAfter}
              onClick={() => changeQuery({ after: isAfter ? "" : of.version, version: "" }, { push: true })}
            >
              {t.to}
            </Button>
          </>
        )}
      </div>
      <p className="soft">
        {commit ? (
          <>
            <span className="theirs">{commit.subject}</span>{" "}
            <span className="dim theirs">
              {commit.author} · {moment(commit.at_ms, spoken)} ·{" "}
              <span className="mono">{commit.revision.slice(0, 8)}</span>
            </span>
          </>
        ) : (
          <span className="dim">{t.noCommit}</span>
        )}
      </p>
    </>
  );
}

function Uses({ of }: { of: Version }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const calls = of.uses.reduce((sum, each) => sum + each.calls, 0);
  if (of.uses.length === 0) return <p className="dim">{t.notUsed}</p>;
  return (
    <>
      <p className="dim">{t.uses(of.uses.length, calls)}</p>
      <ul className="uses" aria-label={t.showRuns}>
        {of.uses.slice(0, SHOWN).map((each) => (
          <li key={each.run} className="row">
            <Link to={address("/runs/:run", { run: each.run })} className="line">
              {moment(each.started_ms, spoken)}
            </Link>
            <span className="grow line theirs dim">{each.target}</span>
            {each.reused > 0 && <span className="use-note is-hit">{t.reused(each.reused)}</span>}
            {each.failed > 0 && <span className="use-note tone-bad">{t.callsFailed(each.failed)}</span>}
            <span className={each.failed_items > 0 ? "use-note tone-bad" : "use-note tone-good"}>
              {t.itemsOk(each.ok_items, each.failed_items)}
            </span>
            {money(each.cost) && <span className="use-note">{money(each.cost)}</span>}
          </li>
        ))}
      </ul>
      {of.uses.length > SHOWN && <p className="dim">+{of.uses.length - SHOWN}</p>}
    </>
  );
}
