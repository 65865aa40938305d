/** What the answers come to: who won, how sure that is, how far people agree, and a scorer beside them. */
import type { ReactNode } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useQuery } from "../../app/router";
import { duration } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { SelectField } from "../../ui/Field";
import { Loading, ProblemNote } from "../../ui/Told";
import type { Queue } from "./answering";
import { Judge } from "./Judge";
import { words } from "./words";

export type ReviewResult = Answer<"get_result">;
type Figure = NonNullable<ReviewResult["agreements"][number]["same"]>;

export const percent = (value: number): string => `${(100 * value).toFixed(0)}%`;
export const plain = (value: number): string => value.toFixed(2);

/** A figure with its interval. */
export function useFigure(): (of: Figure | null, say?: (value: number) => string) => string {
  const t = useWords(words);
  return (of, say = plain) => {
    if (!of) return "–";
    if (of.low === null || of.high === null) return say(of.value);
    return t.mean_of(say(of.value), say(of.low), say(of.high));
  };
}

interface Props {
  queue: Queue;
  onItem: (place: number) => void;
}

export function Result({ queue, onItem }: Props) {
  const t = useWords(words);
  const { reviewer } = queue;
  const review = queue.head.id;
  const [scorer, setScorer] = useQuery("scorer");
  const [criterion, setCriterion] = useQuery("criterion");
  const key = `result ${review} ${reviewer} ${scorer} ${criterion}`;
  const loaded = useLoaded(key, (signal) => ask("get_result", { review, reviewer, scorer, criterion }, { signal }));
  const found = loaded.data;
  if (!found) return loaded.problem ? <ProblemNote problem={loaded.problem} onAgain={loaded.reload} /> : <Loading />;
  return (
    <>
      <div className="row review-head">
        <h2>{t.result}</h2>
        <Button className="small" onClick={() => onItem(queue.places[0] ?? 0)}>
          {t.toItems}
        </Button>
      </div>
      {found.preference && <Preferred of={found.preference} head={queue.head} />}
      {found.ranking.length > 0 && <Ranking of={found} />}
      {found.marks.length > 0 && <Marks of={found} onItem={onItem} />}
      <Agreement of={found} />
      <People of={found} />
      <section>
        <h3 className="list-title">{t.judge}</h3>
        {found.scorers.length === 0 ? (
          <p className="dim">{t.noScorers}</p>
        ) : (
          <div className="row review-choices">
            <SelectField label={t.scorer} value={scorer} onChange={(event) => setScorer(event.target.value)}>
              <option value="">{t.chooseScorer}</option>
              {found.scorers.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </SelectField>
            {queue.head.criteria.length > 1 && (
              <SelectField label={t.criterion} value={criterion} onChange={(event) => setCriterion(event.target.value)}>
                {queue.head.criteria.map((each, i) => (
                  <option key={each.name} value={i ? each.name : ""}>
                    {each.name}
                  </option>
                ))}
              </SelectField>
            )}
          </div>
        )}
        {scorer && (found.judge ? <Judge of={found.judge} /> : <p className="dim">{t.judgeNothing}</p>)}
      </section>
    </>
  );
}

interface PreferredProps {
  of: NonNullable<ReviewResult["preference"]>;
  head: Queue["head"];
}

const SURE = 0.05;

function Preferred({ of, head }: PreferredProps) {
  const t = useWords(words);
  const told = useFigure();
  const { share_b: share } = of;
  const leavesOutHalf = share?.low != null && share.high != null && (share.low > 0.5 || share.high < 0.5);
  const isSure = of.p !== null && of.p < SURE && leavesOutHalf;
  const [winner, wins] = of.a > of.b ? [head.run, of.a] : [head.other, of.b];
  return (
    <section>
      <h3 className="list-title">{t.whoWon}</h3>
      {of.items === 0 ? (
        <p className="dim">{t.nobody}</p>
      ) : (
        <>
          <p className="review-winner">
            {of.a === of.b ? t.drawn(of.a, of.items) : t.preferred(winner, wins, of.items)}
          </p>
          <dl className="facts">
            <dt>{head.run}</dt>
            <dd className="mono">{of.a}</dd>
            <dt>{head.other}</dt>
            <dd className="mono">{of.b}</dd>
            <dt>{t.ties}</dt>
            <dd>{t.tiesBad(of.ties, of.both_bad)}</dd>
            <dt>{t.shareB(head.other)}</dt>
            <dd className="mono">{told(of.share_b, percent)}</dd>
            <dt>{t.leftWon(of.left_n)}</dt>
            <dd>
              <span className="mono">{told(of.left, percent)}</span> <span className="dim">{t.leftWonHow}</span>
            </dd>
          </dl>
          {of.p !== null && <p className="dim">{`${t.byChance(of.p.toFixed(3))} ${isSure ? t.sure : t.unsure}`}</p>}
        </>
      )}
      {of.same > 0 && <p className="dim">{t.sameSaid(of.same)}</p>}
    </section>
  );
}

interface TableProps {
  label: string;
  heads: readonly string[];
  rows: readonly (readonly ReactNode[])[];
  /** From this column on cells are figures. */
  figuresFrom?: number;
}

export function Table({ label, heads, rows, figuresFrom = 1 }: TableProps) {
  const kind = (column: number): string => (column >= figuresFrom ? "num" : "theirs");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <section className="review-scroll" tabIndex={0} aria-label={label}>
      <table className="table">
        <thead>
          <tr>
            {heads.map((each, i) => (
              <th key={each} className={i >= figuresFrom ? "num" : ""} scope="col">
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a result do not move
            <tr key={i}>
              {row.map((each, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor do columns
                <td key={column} className={kind(column)}>
                  {each}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Ranking({ of }: { of: ReviewResult }) {
  const t = useWords(words);
  const rows = of.ranking.map((each) => [
    each.run,
    plain(each.strength),
    each.low === null || each.high === null ? t.noInterval : `${plain(each.low)} … ${plain(each.high)}`,
    each.wins,
    each.losses,
    each.ties,
  ]);
  return (
    <section>
      <h3 className="list-title">{t.ranking}</h3>
      <Table label={t.ranking} heads={[t.run, t.strength, t.interval, t.wins, t.losses, t.ties]} rows={rows} />
      <p className="dim">{t.rankingOf(of.ranked_reviews)}</p>
    </section>
  );
}

function Marks({ of, onItem }: { of: ReviewResult; onItem: (place: number) => void }) {
  const t = useWords(words);
  const told = useFigure();
  const rows = of.marks.map((each) => [
    each.criterion,
    each.items,
    told(each.mean),
    each.worst_place === null || each.worst === null ? (
      "–"
    ) : (
      <button
        key="w"
        type="button"
        className="link-button"
        onClick={() => each.worst_place !== null && onItem(each.worst_place)}
      >
        {`${t.item(each.worst_place + 1)}: ${plain(each.worst)}`}
      </button>
    ),
  ]);
  return (
    <section>
      <h3 className="list-title">{t.marksGiven}</h3>
      <Table label={t.marksGiven} heads={[t.criterion, t.marked, t.mean, t.worst]} rows={rows} />
    </section>
  );
}

function Agreement({ of }: { of: ReviewResult }) {
  const t = useWords(words);
  const told = useFigure();
  const rows = of.agreements.map((each) => [
    each.criterion || t.preference,
    each.reviewers,
    each.items,
    told(each.same, percent),
    told(each.kappa),
    told(each.alpha),
  ]);
  const why = [...new Set(of.agreements.map((each) => each.why).filter((each) => each !== ""))];
  return (
    <section>
      <h3 className="list-title">{t.agreement}</h3>
      <Table
        label={t.agreement}
        heads={[t.criterion, t.reviewers, t.common, t.allSame, t.kappa, t.alpha]}
        rows={rows}
      />
      {why.map((each) => (
        <p key={each} className="dim">
          {t[`why_${each}`]}
        </p>
      ))}
    </section>
  );
}

function People({ of }: { of: ReviewResult }) {
  const t = useWords(words);
  const rows = of.people.map((each) => [
    each.reviewer,
    each.answered,
    each.skipped,
    duration(each.median_ms),
    each.comments,
  ]);
  return (
    <section>
      <h3 className="list-title">{t.people}</h3>
      <Table label={t.people} heads={[t.person, t.answered, t.skipped, t.perAnswer, t.comments]} rows={rows} />
    </section>
  );
}
