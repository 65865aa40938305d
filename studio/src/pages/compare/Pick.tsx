/** A run among those that there are. */
import { moment } from "../../i18n/figures";
import { useLanguage } from "../../i18n/words";
import type { RunHead } from "../../state/project";

interface Props {
  label: string;
  value: string;
  runs: readonly RunHead[];
  onPick: (run: string) => void;
}

export function Pick({ label, value, runs, onPick }: Props) {
  const spoken = useLanguage();
  return (
    <label className="compare-pick">
      <span className="label">{label}</span>
      <select className="input" title={value} value={value} onChange={(event) => onPick(event.target.value)}>
        {!runs.some((each) => each.id === value) && <option value={value}>{value}</option>}
        {runs.map((each) => (
          <option key={each.id} value={each.id}>
            {`${each.target} · ${moment(each.started_ms, spoken)} · ${each.id}`}
          </option>
        ))}
      </select>
    </label>
  );
}
