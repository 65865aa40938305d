/** What the two runs come to: figures with paired differences, and the slices that lost most. */
import { useWords } from "../../i18n/words";
import { SelectField } from "../../ui/Field";
import {
  type Comparison,
  chance,
  disagrees,
  type Figure,
  nameOf,
  type Slice,
  shown,
  signed,
  toneOf,
  winsOf,
} from "./figures";
import { Plot } from "./Plot";
import { words } from "./words";

const SURE = new Set(["better", "worse", "changed"]);

function Verdict({
  of,
}: {
  of: Pick<Figure, "verdict" | "pairs"> & Partial<Pick<Figure, "up" | "down" | "clustered">>;
}) {
  const t = useWords(words);
  const long = SURE.has(of.verdict) ? t.long_sure : t[`long_${of.verdict as "unclear" | "same" | "too_few"}`];
  const counted = of.up === undefined ? "" : ` ${t.ofPairs(of.pairs, of.up, of.down ?? 0)}.`;
  return (
    <span className={`verdict ${of.verdict}`} title={`${long}${counted}${of.clustered ? ` ${t.clustered}` : ""}`}>
      {t[`v_${of.verdict}`]}
    </span>
  );
}

interface Props {
  of: Comparison;
  by: string;
  chosen: { key: string; value: string };
  onBy: (name: string) => void;
  onSlice: (slice: Slice | null) => void;
}

export function Summary({ of, by, chosen, onBy, onSlice }: Props) {
  const t = useWords(words);
  return (
    <div className={of.slices.length > 0 ? "compare-summary" : "compare-summary alone"}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="compare-figures more-x" tabIndex={0} aria-label={t.figures}>
        <table className="table">
          <thead>
            <tr>
              <th>{t.figure}</th>
              <th className="num">{t.baseline}</th>
              <th className="num">{t.candidate}</th>
              <th colSpan={2}>{t.difference}</th>
              <th>{t.howSure}</th>
              <th title={t.pLong}>p</th>
              <th title={t.wltLong}>{t.wlt}</th>
            </tr>
          </thead>
          <tbody>
            {of.figures.map((each) => (
              <FigureLine key={each.name} of={each} />
            ))}
          </tbody>
        </table>
        <p className="dim compare-note as-table">{t.methods}</p>
        {of.figures_more && <p className="dim">{t.moreFigures}</p>}
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="compare-slices more-x" tabIndex={0} aria-label={t.slices}>
        <div className="row compare-slices-head">
          <h2 className="grow">{t.slices}</h2>
          <SelectField label={t.slicesOf} value={by} onChange={(event) => onBy(event.target.value)}>
            {of.figures.map((each) => (
              <option key={each.name} value={each.name}>
                {nameOf(each.name, t)}
              </option>
            ))}
          </SelectField>
        </div>
        {of.slices.length === 0 ? (
          <p className="soft">{t.noSlices}</p>
        ) : (
          <Slices of={of} by={by} chosen={chosen} onSlice={onSlice} />
        )}
      </section>
    </div>
  );
}

function FigureLine({ of }: { of: Figure }) {
  const t = useWords(words);
  const { name, kind, difference } = of;
  const say = (value: number): string => signed(name, kind, value, of.unit);
  const won = winsOf(of);
  return (
    <tr>
      <td className={name.startsWith("output.") ? "mono theirs" : ""} title={nameOf(name, t)}>
        {nameOf(name, t)}
      </td>
      <td className="num mono" data-head={t.baseline}>
        <Valued of={of} side="a" />
      </td>
      <td className="num mono" data-head={t.candidate}>
        <Valued of={of} side="b" />
      </td>
      <td className="plot">
        <Plot of={difference} name={name} kind={kind} verdict={of.verdict} unit={of.unit} />
      </td>
      <td className="mono">
        <span className={SURE.has(of.verdict) ? toneOf(of.better, difference.value) : ""}>{say(difference.value)}</span>
        {difference.low !== null && difference.high !== null && (
          <span className="dim interval">
            [{say(difference.low)}, {say(difference.high)}]
          </span>
        )}
      </td>
      <td>
        <Verdict of={of} /> <span className="dim on-pairs">{t.onPairs(of.pairs)}</span>
        {disagrees(of) && <div className="dim compare-note as-table">{t.disagree(chance(of.p_adjusted))}</div>}
      </td>
      <td
        className="num mono dim"
        data-head={of.up + of.down > 0 ? "p" : undefined}
        title={`${t.pOf(chance(of.p), of.test)}`}
      >
        {of.up + of.down > 0 ? chance(of.p_adjusted) : ""}
      </td>
      <td className="num mono dim" data-head={won ? t.wlt : undefined}>
        {won && `${won.wins} / ${won.losses} / ${won.ties}`}
      </td>
    </tr>
  );
}

/** A run's own figure, its interval in the title. */
function Valued({ of, side }: { of: Figure; side: "a" | "b" }) {
  const { value, low, high } = of[side];
  const say = (one: number): string => shown(of.name, of.kind, one, of.unit);
  return <span title={low !== null && high !== null ? `[${say(low)}, ${say(high)}]` : undefined}>{say(value)}</span>;
}

function Slices({ of, by, chosen, onSlice }: Omit<Props, "onBy">) {
  const t = useWords(words);
  const figure = of.figures.find((each) => each.name === by);
  const kind = figure?.kind ?? "share";
  const unit = figure?.unit ?? "";
  return (
    <>
      <table className="table">
        <tbody>
          {of.slices.map((each) => {
            const isChosen = each.key === chosen.key && each.value === chosen.value;
            return (
              <tr key={`${each.key} ${each.value}`} className={isChosen ? "chosen" : ""}>
                <td>
                  <button
                    type="button"
                    className="slice-name"
                    title={t.onlySlice}
                    aria-pressed={isChosen}
                    onClick={() => onSlice(isChosen ? null : each)}
                  >
                    <span className="dim">{each.key}</span> <span className="theirs">{each.value}</span>
                  </button>
                  <div className="dim slice-note">
                    {each.pairs} {t.pairs}
                    {each.small && ` · ${t.small}`}
                    {each.stands_out && <span className="tone-bad"> · {t.standsOut}</span>}
                  </div>
                </td>
                <td className="num">
                  <span className="mono">
                    {shown(by, kind, each.a, unit)} → {shown(by, kind, each.b, unit)}
                  </span>
                  <div className="slice-note">
                    <Verdict of={each} />
                  </div>
                </td>
                <td className="plot">
                  <Plot of={each.difference} name={by} kind={kind} verdict={each.verdict} unit={unit} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="dim compare-note">{t.sliceTells(of.slices_looked_at)}</p>
    </>
  );
}
