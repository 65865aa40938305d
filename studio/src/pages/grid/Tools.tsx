/** The line above the grid: filter, which items, in what order. */
import { useWords } from "../../i18n/words";
import { FilterField, Segments } from "../../ui/Field";
import type { View } from "./data";
import { words } from "./words";

interface Props {
  view: View;
  matching: number;
  total: number;
  onQ: (q: string) => void;
  onOnly: (only: string) => void;
  onSort: (sort: string) => void;
}

export function Tools({ view, matching, total, onQ, onOnly, onSort }: Props) {
  const t = useWords(words);
  const sorts = [
    ["", t.sortData],
    ["-state", t.sortState],
    ["-ms", t.sortSlow],
    ["input", t.sortInput],
    ["output", t.sortOutput],
  ] as const;
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
      <select className="input" aria-label={t.sort} value={view.sort} onChange={(event) => onSort(event.target.value)}>
        {sorts.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        {!sorts.some(([value]) => value === view.sort) && <option value={view.sort}>{view.sort}</option>}
      </select>
      <span className="dim" role="status">
        {t.matching(matching, total)}
      </span>
    </div>
  );
}
