/** One row of the baseline and of every candidate: each answer with what differs, what went in, where to look further. */
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
import { type CandidateCell, type CandidateRow, type Candidates, letterOf, type RowPlaces } from "./candidates";
import { delta, nameOf, textOf, toneOf } from "./figures";
import { words } from "./words";

type Item = Answer<"get_item">;

interface Props {
  of: Candidates;
  at: RowPlaces;
  row: CandidateRow | undefined;
  onClose: () => void;
}

export function CandidatePanel({ of, at, row, onClose }: Props) {
  const t = useWords(words);
  const [view, setView] = useQuery("view");
  const { trial, places } = at;
  const name = t.row(places[0] ?? 0) + (trial > 0 ? ` · ${t.trial(trial)}` : "");
  const runs = [of.a, ...of.candidates.map((each) => each.run)].map((each) => each.run);
  const key = `candidates ${runs.join(" ")} ${trial} ${places.join(" ")}`;
  const loaded = useLoaded<(Item | null)[]>(key, (signal) =>
    Promise.all(
      places.map((index, side) =>
        index === null ? Promise.resolve(null) : ask("get_item", { run: runs[side] ?? "", index, trial }, { signal }),
      ),
    ),
  );
  const items = loaded.data;
  const first = items?.[0];
  const expected = (first?.metadata as Record<string, unknown> | null | undefined)?.expected;
  return (
    <Panel label={name} subject={key} onClose={onClose} head={<h2>{name}</h2>}>
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {!items && !loaded.problem && <Loading />}
      {first && (
        <Section
          title={`A · ${t.baseline}`}
          end={<Further run={runs[0] ?? ""} item={first} index={places[0] ?? 0} trial={trial} letter="A" />}
        >
          <TextView text={textOf(first)} mono={!first.error && typeof first.output !== "string"} />
        </Section>
      )}
      {first &&
        of.candidates.map((each, place) => (
          <One
            key={each.run.run}
            of={of}
            place={place}
            cell={row?.cells[place] ?? null}
            before={first}
            item={items?.[place + 1] ?? null}
            index={places[place + 1] ?? 0}
            view={{ value: view, set: place === 0 ? setView : null }}
            trial={trial}
          />
        ))}
      {expected !== undefined && (
        <Section title={t.expected}>
          <ValueView value={expected} />
        </Section>
      )}
      {first && (
        <Section title={t.input}>
          <ValueView value={first.input} />
        </Section>
      )}
    </Panel>
  );
}

interface OneProps {
  of: Candidates;
  place: number;
  cell: CandidateCell | null;
  before: Item;
  item: Item | null;
  index: number;
  view: { value: string; set: ((value: string) => void) | null };
  trial: number;
}

function One({ of, place, cell, before, item, index, view, trial }: OneProps) {
  const t = useWords(words);
  const letter = letterOf(place);
  const run = of.candidates[place]?.run.run ?? "";
  return (
    <Section
      title={`${letter} · ${t.candidate}`}
      end={item && <Further run={run} item={item} index={index} trial={trial} letter={letter} />}
    >
      {view.set && (
        <Segments
          label={t.outputs}
          value={view.value}
          onChange={view.set}
          options={[
            { value: "", label: t.answerAlone },
            { value: "one", label: t.asOne },
          ]}
        />
      )}
      {cell && <Deltas of={of} place={place} cell={cell} />}
      {item ? <Output before={before} item={item} asOne={view.value === "one"} /> : <p className="dim">{t.notThere}</p>}
    </Section>
  );
}

function Deltas({ of, place, cell }: { of: Candidates; place: number; cell: CandidateCell }) {
  const t = useWords(words);
  return (
    <p className="compare-note">
      <span className={`chip pair-${cell.state}`}>{t[`st_${cell.state}`]}</span>
      {of.figures.map(({ name, of: told }) => {
        const figure = told[place];
        const value = cell.deltas[name];
        if (!figure || !value) return null;
        return (
          <span key={name}>
            {" "}
            {nameOf(name, t)} <span className={`mono ${toneOf(figure.better, value)}`}>{delta(figure, value)}</span>
          </span>
        );
      })}
    </p>
  );
}

function Output({ before, item, asOne }: { before: Item; item: Item; asOne: boolean }) {
  const t = useWords(words);
  const [a, b] = [textOf(before), textOf(item)];
  const isMono = !item.error && typeof item.output !== "string";
  if (a === b) return <p className="dim">{t.sameAsBaseline}</p>;
  const changes = diffWords(a, b);
  return <Changes changes={asOne ? changes : changes.filter((each) => each.op !== "removed")} mono={isMono} />;
}

interface FurtherProps {
  run: string;
  item: Item;
  index: number;
  trial: number;
  letter: string;
}

function Further({ run, item, index, trial, letter }: FurtherProps) {
  const t = useWords(words);
  return (
    <>
      {item.trace && (
        <Link
          className="button quiet icon"
          to={address("/traces/:trace", { trace: item.trace })}
          aria-label={t.traceOf(letter)}
          title={t.traceOf(letter)}
        >
          <Icon name="trace" size={14} />
        </Link>
      )}
      <Link
        className="button quiet icon"
        to={address("/runs/:run", { run }, { item: index, trial: trial || undefined })}
        aria-label={t.cellOf(letter)}
        title={t.cellOf(letter)}
      >
        <Icon name="grid" size={14} />
      </Link>
    </>
  );
}
