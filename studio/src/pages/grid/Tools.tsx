/** The line above the grid: filter, which items, in what order. */

import { changeQuery } from "../../app/router";
import { useWords } from "../../i18n/words";
import { FilterField, Segments } from "../../ui/Field";
import type { ScoreColumn, View } from "./data";
import { words } from "./words";

interface Props {
  view: View;
  scorers: readonly ScoreColumn[];
  matching: number;
  total: number;
  onQ: (q: string) => void;
  onOnly: (only: string) => void;
  onSort: (sort: string) => void;
}

const FILTERS = ["imperfect", "floor", "error", "none"] as const;

/** Which scores: of one scorer, of one kind. */
function ScoreChoice({ view, scorers }: Pick<Props, "view" | "scorers">) {
  const t = useWords(words);
  const named = { imperfect: t.onlyImperfect, floor: t.onlyFloor, error: t.onlyErrors, none: t.onlyNone };
  return (
    <select
      className="input"
      aria-label={t.scoresShown}
      value={view.score ? `${view.score} ${view.scorer || (scorers[0]?.scorer ?? "")}` : ""}
      onChange={(event) => {
        const [score = "", ...rest] = event.target.value.split(" ");
        changeQuery({ score, scorer: rest.join(" ") });
      }}
    >
      <option value="">{t.allScores}</option>
      {scorers.map((each) => (
        <optgroup key={each.scorer} label={each.scorer}>
          {FILTERS.filter((kind) => (kind === "error" ? each.errors : kind === "none" ? each.skipped : each.n) > 0).map(
            (kind) => (
              <option key={kind} value={`${kind} ${each.scorer}`}>
                {`${each.scorer}: ${named[kind]}`}
              </option>
            ),
          )}
        </optgroup>
      ))}
    </select>
  );
}

export function Tools({ view, scorers, matching, total, onQ, onOnly, onSort }: Props) {
  const t = useWords(words);
  const sorts = [
    ["", t.sortData],
    ["-state", t.sortState],
    ["-ms", t.sortSlow],
    ["input", t.sortInput],
    ["output", t.sortOutput],
    ...scorers.map((each) => [`score ${each.scorer}`, t.worstFirst(each.scorer)] as const),
    ...scorers.map((each) => [`-score ${each.scorer}`, t.bestFirst(each.scorer)] as const),
  ] as const;
  const sorted = view.sort.endsWith("score") ? `${view.sort} ${view.by || (scorers[0]?.scorer ?? "")}` : view.sort;
  const sortBy = (value: string): void => {
    const [sort = "", ...rest] = value.split(" ");
    if (rest.length > 0) changeQuery({ sort, by: rest.join(" ") });
    else onSort(sort);
  };
  return (
    <div className="grid-tools">
      <FilterField
        id="grid-filter"
        aria-label={t.filterSamples}
        placeholder={`${t.filterSamples}  /`}
        value={view.q}
        onChange={(event) => onQ(event.target.value)}
        style={{ width: 220 }}
      />
      <Segments
        label={t.show}
        value={view.only}
        onChange={onOnly}
        options={[
          { value: "", label: t.all },
          { value: "failed", label: t.onlyFailed },
          { value: "changed", label: t.onlyChanged, title: t.onlyChangedWhy },
          { value: "ran", label: t.onlyRan },
        ]}
      />
      <select className="input" aria-label={t.sort} value={sorted} onChange={(event) => sortBy(event.target.value)}>
        {sorts.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        {!sorts.some(([value]) => value === sorted) && <option value={sorted}>{sorted}</option>}
      </select>
      {scorers.length > 0 && <ScoreChoice view={view} scorers={scorers} />}
      <span className="dim" role="status">
        {t.matching(matching, total)}
      </span>
    </div>
  );
}
