/** One row of both runs: the outputs side by side with what differs, what went in, and where to look further. */
import { useMemo } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address, useQuery } from "../../app/router";
import { useWords } from "../../i18n/words";
import { Changes } from "../../ui/Diff";
import { Segments } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Panel, Section } from "../../ui/Panel";
import { TextView, ValueView } from "../../ui/TextView";
import { Loading, ProblemNote } from "../../ui/Told";
import { diffWords } from "../../ui/words-diff";
import { delta, type Figure, nameOf, type Row, type RowKey, textOf, toneOf } from "./figures";
import { words } from "./words";

type Item = Answer<"get_item">;
interface Both {
  readonly a: Item | null;
  readonly b: Item | null;
}

interface Props {
  a: string;
  b: string;
  at: RowKey;
  row: Row | undefined;
  figures: readonly Figure[];
  onClose: () => void;
}

export function RowPanel({ a, b, at, row, figures, onClose }: Props) {
  const t = useWords(words);
  const [view, setView] = useQuery("view");
  const name = t.row(at.a ?? at.b ?? 0) + (at.trial > 0 ? ` · ${t.trial(at.trial)}` : "");
  const key = `pair ${a} ${b} ${at.trial} ${at.a} ${at.b}`;
  const loaded = useLoaded<Both>(key, async (signal) => {
    const get = (run: string, index: number | null): Promise<Item | null> =>
      index === null ? Promise.resolve(null) : ask("get_item", { run, index, trial: at.trial }, { signal });
    const [first, second] = await Promise.all([get(a, at.a), get(b, at.b)]);
    return { a: first, b: second };
  });
  const both = loaded.data;
  const either = both?.a ?? both?.b;
  const expected = (either?.metadata as Record<string, unknown> | null | undefined)?.expected;
  return (
    <Panel
      label={name}
      subject={key}
      onClose={onClose}
      head={
        <>
          <h2>{name}</h2>
          {row && <span className={`chip pair-${row.state}`}>{t[`st_${row.state}`]}</span>}
        </>
      }
      foot={
        both && (
          <>
            <Further run={a} item={both.a} index={at.a} trial={at.trial} side={t.baseline} />
            <Further run={b} item={both.b} index={at.b} trial={at.trial} side={t.candidate} />
          </>
        )
      }
    >
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {!both && !loaded.problem && <Loading />}
      {both && (
        <Section
          title={t.outputs}
          end={
            <Segments
              label={t.outputs}
              value={view}
              onChange={setView}
              options={[
                { value: "", label: t.sideBySide },
                { value: "one", label: t.asOne },
              ]}
            />
          }
        >
          <Outputs both={both} asOne={view === "one"} />
        </Section>
      )}
      {row && Object.keys(row.deltas).length > 0 && (
        <Section title={t.deltas}>
          <dl className="facts">
            {figures
              .filter((each) => row.deltas[each.name])
              .map((each) => {
                const value = row.deltas[each.name] ?? 0;
                return [
                  <dt key={`${each.name} n`}>{nameOf(each.name, t)}</dt>,
                  <dd key={each.name} className={`mono ${toneOf(each.better, value)}`}>
                    {delta(each, value)}
                  </dd>,
                ];
              })}
          </dl>
        </Section>
      )}
      {expected !== undefined && (
        <Section title={t.expected}>
          <ValueView value={expected} />
        </Section>
      )}
      {either && (
        <Section title={t.input}>
          <ValueView value={either.input} />
        </Section>
      )}
    </Panel>
  );
}

function Outputs({ both, asOne }: { both: Both; asOne: boolean }) {
  const t = useWords(words);
  const a = both.a ? textOf(both.a) : "";
  const b = both.b ? textOf(both.b) : "";
  const changes = useMemo(() => diffWords(a, b), [a, b]);
  const isMono = [both.a, both.b].some((each) => each && !each.error && typeof each.output !== "string");
  if (both.a && both.b && a === b) {
    return (
      <>
        <p className="dim">{t.sameOutput}</p>
        <TextView text={a} mono={isMono} />
      </>
    );
  }
  if (asOne && both.a && both.b) return <Changes changes={changes} mono={isMono} />;
  return (
    <div className="pair">
      <div className={both.a?.error ? "pair-side failed" : "pair-side"}>
        <h4 className="label">{t.baseline}</h4>
        {both.a ? (
          <Changes changes={changes.filter((each) => each.op !== "added")} mono={isMono} />
        ) : (
          <p className="dim">{t.notThere}</p>
        )}
      </div>
      <div className={both.b?.error ? "pair-side failed" : "pair-side"}>
        <h4 className="label">{t.candidate}</h4>
        {both.b ? (
          <Changes changes={changes.filter((each) => each.op !== "removed")} mono={isMono} />
        ) : (
          <p className="dim">{t.notThere}</p>
        )}
      </div>
    </div>
  );
}

interface FurtherProps {
  run: string;
  item: Item | null;
  index: number | null;
  trial: number;
  side: string;
}

function Further({ run, item, index, trial, side }: FurtherProps) {
  const t = useWords(words);
  if (!item || index === null) return null;
  return (
    <>
      {item.trace && (
        <Link className="button" to={address("/traces/:trace", { trace: item.trace })}>
          <Icon name="trace" size={14} />
          {t.traceOf(side)}
        </Link>
      )}
      <Link className="button" to={address("/runs/:run", { run }, { item: index, trial: trial || undefined })}>
        <Icon name="grid" size={14} />
        {t.cellOf(side)}
      </Link>
    </>
  );
}
