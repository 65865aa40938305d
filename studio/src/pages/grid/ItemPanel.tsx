/** One item, whole: what went in, what came out, and its steps. */
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address, useQuery } from "../../app/router";
import { duration } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { hueOf } from "../../look/kinds";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Panel, Section } from "../../ui/Panel";
import { TextView, ValueView } from "../../ui/TextView";
import { Loading, ProblemNote } from "../../ui/Told";
import { OpenCase } from "../cases/OpenCase";
import type { Column } from "./data";
import { ScorePart } from "./ScorePart";
import { StateChip } from "./StatusChip";
import { type Selection, select } from "./selection";
import { words } from "./words";

interface Props {
  run: string;
  selection: Selection;
  columns: readonly Column[];
  version: string;
  onClose: () => void;
}

export function ItemPanel({ run, selection, columns, version, onClose }: Props) {
  const t = useWords(words);
  const f = useWords(frame);
  const { index, trial } = selection;
  const item = useLoaded(
    `item ${run} ${index} ${trial}`,
    (signal) => ask("get_item", { run, index, trial }, { signal }),
    version,
  );
  const { data } = item;
  const [opening, setOpening] = useQuery("opening");
  const mayFail = data ? data.error !== "" || data.scores.some((each) => each.value !== null) : false;
  const name = t.item(index) + (trial > 0 ? ` · ${t.trial(trial)}` : "");
  return (
    <Panel
      label={name}
      subject={`${index} ${trial}`}
      onClose={onClose}
      head={
        <>
          <h2>{name}</h2>
          {data && <StateChip state={data.state} />}
          {data && data.ms > 0 && <span className="chip">{duration(data.ms)}</span>}
        </>
      }
      foot={
        data && (
          <>
            {data.trace && (
              <Link className="button" to={address("/traces/:trace", { trace: data.trace })}>
                <Icon name="trace" size={14} />
                {t.trace}
              </Link>
            )}
            {mayFail && (
              <Button icon="board" onClick={() => setOpening("1")}>
                {t.openCase}
              </Button>
            )}
          </>
        )
      }
    >
      {opening && data && mayFail && <OpenCase item={data} scorer={selection.score} onClose={() => setOpening("")} />}
      {opening && data && !mayFail && (
        <div className="notice" role="alert">
          <span className="grow">{data.state === 2 || data.state === 1 ? t.noCase : t.noCaseYet}</span>
          <Button onClick={() => setOpening("")}>{f.close}</Button>
        </div>
      )}
      {item.problem && <ProblemNote problem={item.problem} onAgain={item.reload} />}
      {!data && !item.problem && <Loading />}
      {data && (
        <>
          {selection.score && <ScorePart scores={data.scores} index={index} trial={trial} chosen={selection.score} />}
          {data.error && (
            <Section title={t.error}>
              <div className="problem">
                <TextView text={data.error} />
              </div>
            </Section>
          )}
          {!data.error && data.output !== null && (
            <Section title={t.output}>
              <ValueView value={data.output} />
            </Section>
          )}
          {!selection.score && <ScorePart scores={data.scores} index={index} trial={trial} chosen="" />}
          <Section title={t.input}>
            <ValueView value={data.input} />
          </Section>
          {hasKeys(data.metadata) && (
            <Section title={t.metadata}>
              <ValueView value={data.metadata} />
            </Section>
          )}
          <Section title={t.steps}>
            {columns.map((column) => {
              const cell = data.cells.find((each) => each.step === column.step);
              if (!cell) return null;
              return (
                <button
                  type="button"
                  key={column.step}
                  className="beneath"
                  onClick={() => select({ index, trial, step: column.step }, { push: true })}
                >
                  <span className="dot" style={{ background: `var(${hueOf(column.kind)})` }} />
                  <span className="name line theirs">{column.name}</span>
                  <span className="grow line theirs dim">{cell.preview}</span>
                  <span className={cell.state === 1 ? "end-note is-hit" : "end-note"}>
                    {cell.state === 1 ? t.hit : duration(cell.ms)}
                  </span>
                </button>
              );
            })}
          </Section>
          {data.cut && <p className="notice plain">{t.cut}</p>}
        </>
      )}
    </Panel>
  );
}

const hasKeys = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;
