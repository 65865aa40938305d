/** The calls that asked with a prompt, each with its trace. */
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address, changeQuery, useQuery } from "../../app/router";
import { duration, moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { CheckField, SelectField } from "../../ui/Field";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import type { Detail } from "./draft";
import { words } from "./words";

const LIMIT = 100;

export function Calls({ name, versions }: { name: string; versions: Detail["versions"] }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const [of] = useQuery("of");
  const [only] = useQuery("only");
  const loaded = useLoaded(`calls ${name} ${of} ${only}`, (signal) =>
    ask("list_prompt_calls", { name, version: of, only: only as "" | "failed", limit: LIMIT }, { signal }),
  );
  const calls = loaded.data?.calls ?? [];
  return (
    <>
      <div className="section row call-tools">
        <SelectField label={t.version} value={of} onChange={(event) => changeQuery({ of: event.target.value })}>
          <option value="">{t.anyVersion}</option>
          {versions
            .filter((each) => each.version)
            .map((each) => (
              <option key={each.version} value={each.version}>
                {each.version.slice(0, 8)} {each.is_current ? `(${t.current})` : ""}
              </option>
            ))}
        </SelectField>
        <CheckField
          label={t.onlyFailed}
          checked={only === "failed"}
          onChange={(event) => changeQuery({ only: event.target.checked ? "failed" : "" })}
        />
      </div>
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {!loaded.data && loaded.loading && <Loading />}
      {loaded.data && calls.length === 0 && (
        <Empty title={of || only ? t.noCallsHere : t.noCalls}>{!of && !only && <p>{t.noCallsHow}</p>}</Empty>
      )}
      <ul>
        {calls.map((each) => (
          <li key={`${each.run} ${each.span}`} className="section call">
            <div className="row">
              <Link className="line theirs" to={address("/traces/:trace", { trace: each.trace }, { span: each.span })}>
                {each.name}
              </Link>
              {each.cached && <span className="use-note is-hit">{t.hit}</span>}
              {each.state === "failed" && <span className="use-note tone-bad">{t.failed}</span>}
              <span className="grow" />
              <span className="use-note">{duration(each.ms)}</span>
            </div>
            <p className="line theirs soft">{each.preview}</p>
            <p className="dim row call-foot">
              <Link to={address("/runs/:run", { run: each.run }, { item: each.item, trial: each.trial || undefined })}>
                {t.item(each.item)}
              </Link>
              <span>{moment(each.started_ms, spoken)}</span>
              <span className="mono">{each.version.slice(0, 8)}</span>
            </p>
          </li>
        ))}
      </ul>
      {loaded.data?.more && <p className="section dim">{t.moreCalls}</p>}
    </>
  );
}
