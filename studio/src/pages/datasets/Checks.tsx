/** Rows that repeat each other, or that another dataset has, too. */
import { type FormEvent, useState } from "react";
import { ask, type components } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address, changeQuery, useQuery } from "../../app/router";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Diff } from "../../ui/Diff";
import { NumberField, SelectField, SuggestField } from "../../ui/Field";
import { type NumberRule, numberFault, numberOf } from "../../ui/numbers";
import { Loading, ProblemNote } from "../../ui/Told";
import { words } from "./words";

type DatasetCheck = components["schemas"]["DatasetCheck"];
type Alike = components["schemas"]["Alike"];
const SHOWN_LINES = 8;
const USUAL = "0.8";
const THRESHOLD: NumberRule = { form: "decimal", least: 0.3, most: 1 };

const isSound = (threshold: string): boolean => numberFault(threshold, THRESHOLD) === null;

export function Checks({ path, keys }: { path: string; keys: readonly string[] }) {
  const t = useWords(words);
  const [against] = useQuery("against");
  const [chosen] = useQuery("keys");
  const [threshold] = useQuery("threshold");
  const [asked] = useQuery("check");
  const [typedKeys, setKeys] = useState(chosen);
  const [typed, setTyped] = useState(threshold || USUAL);
  const files = useLoaded("datasets", (signal) => ask("list_datasets", {}, { signal }));
  const others = (files.data?.datasets ?? []).map((each) => each.path).filter((each) => each !== path);
  const [other, setOther] = useState(against);
  const found = useLoaded(
    asked && isSound(threshold || USUAL) ? `check ${path} ${against} ${chosen} ${threshold} ${asked}` : null,
    (signal) =>
      ask(
        "check_dataset",
        { path, against, keys: chosen, threshold: numberOf(threshold || USUAL, THRESHOLD) ?? 0 },
        { signal },
      ),
  );
  const check = (event: FormEvent): void => {
    event.preventDefault();
    if (!isSound(typed)) return;
    changeQuery({
      against: other,
      keys: typedKeys.replace(/\s|，/g, (sign) => (sign === "，" ? "," : "")),
      threshold: typed === USUAL ? "" : typed,
      check: Number(asked || 0) + 1,
    });
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className="page-scroll" tabIndex={0} role="group" aria-label={t.checks}>
      <p className="soft">{t.checksTell}</p>
      <form className="check-form" onSubmit={check}>
        <SelectField label={t.against} value={other} onChange={(event) => setOther(event.target.value)}>
          <option value="">{t.itself}</option>
          {[...new Set([...others, ...(against ? [against] : [])])].map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </SelectField>
        <SuggestField
          label={t.keys}
          placeholder={t.keysHint}
          of={keys}
          value={typedKeys}
          onChange={(event) => setKeys(event.target.value)}
        />
        <NumberField label={t.threshold} rule={THRESHOLD} value={typed} onChange={setTyped} />
        <Button primary type="submit" icon="search" disabled={!isSound(typed) || (Boolean(asked) && found.loading)}>
          {t.check}
        </Button>
      </form>
      {found.problem && <ProblemNote problem={found.problem} onAgain={found.reload} />}
      {asked && found.loading && !found.data && <Loading />}
      {found.data && <Found of={found.data} />}
    </div>
  );
}

function Found({ of }: { of: DatasetCheck }) {
  const t = useWords(words);
  const none = of.found.length === 0;
  return (
    <section>
      <p role="status" className={none ? "tone-good" : "check-found"}>
        {none ? (of.against ? t.found_no_leak(of.against) : t.found_none) : t.found(of.exact, of.normalised, of.near)}
      </p>
      <p className="dim">
        {t.comparedKeys(of.keys.join(", "))}
        {!of.complete && ` · ${t.checkPartly(count(of.looked_at))}`}
        {of.more && ` · ${t.moreFound}`}
      </p>
      {!none && (
        <table className="table">
          <thead>
            <tr>
              <th>{t.kind}</th>
              <th className="num">{t.similarity}</th>
              <th>{t.lines}</th>
              {of.against && <th>{t.otherLines}</th>}
              <th>{t.what}</th>
            </tr>
          </thead>
          <tbody>
            {of.found.map((each) => (
              <AlikeLine
                key={`${each.kind} ${each.lines[0]} ${each.others?.[0] ?? ""}`}
                of={each}
                against={of.against}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function AlikeLine({ of, against }: { of: Alike; against: string }) {
  const t = useWords(words);
  const [first = "", second = ""] = of.previews ?? [];
  const tone = { exact: "error", normalised: "changed", near: "" }[of.kind];
  const rest = (all: readonly number[]): string => (all.length > SHOWN_LINES ? ` … +${all.length - SHOWN_LINES}` : "");
  return (
    <tr>
      <td>
        <span className={`chip ${tone}`}>{t[`kind_${of.kind}`]}</span>
      </td>
      <td className="num mono">{Math.floor(of.similarity * 100)}%</td>
      <td className="check-lines">
        {of.lines.slice(0, SHOWN_LINES).map((line) => (
          <button
            type="button"
            key={line}
            className="link-button mono"
            title={t.goLine(line)}
            onClick={() => changeQuery({ tab: "", line, q: "", only: "" }, { push: true })}
          >
            {line}
          </button>
        ))}
        {rest(of.lines)}
      </td>
      {against && (
        <td className="check-lines">
          {(of.others ?? []).slice(0, SHOWN_LINES).map((line) => (
            <Link key={line} className="mono" to={address("/datasets/*path", { path: against }, { line })}>
              {line}
            </Link>
          ))}
          {rest(of.others ?? [])}
        </td>
      )}
      <td className="check-what">
        {second && second !== first ? <Diff before={first} after={second} /> : <p className="theirs">{first}</p>}
      </td>
    </tr>
  );
}
