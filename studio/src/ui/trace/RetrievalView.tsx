/** How a search came to its passages: each retriever's place, fusion, the reranker's moves, and what fitted in. */
import type { components } from "../../api/client";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Section } from "../Panel";
import { words } from "./words";

type Retrieval = components["schemas"]["Retrieval"];
type Candidate = components["schemas"]["Candidate"];

const figure = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

export function RetrievalSection({ of }: { of: Retrieval }) {
  const t = useWords(words);
  const retrievers = [...new Set([...Object.keys(of.counts), ...of.candidates.flatMap((each) => names(each))])];
  const best = Math.max(...of.candidates.map((each) => each.joined), 0);
  const hasMoves = of.candidates.some((each) => riseOf(each) !== 0 || each.moved);
  const counts = Object.entries(of.counts).map(([name, n]) => `${name} ${n}`);
  const facts: [string, string][] = [
    [t.query, of.query],
    [t.base, of.base],
    [t.mode, of.mode],
    [t.fusion, of.fusion],
    [t.rerank, of.rerank || t.noRerank],
    [t.counts, counts.join(" · ")],
  ];
  return (
    <Section title={t.retrieval}>
      <dl className="facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd className="theirs">{value}</dd>
            </div>
          ))}
      </dl>
      {of.budget && <Budget of={of.budget} />}
      {of.candidates.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <div className="scroll-x" tabIndex={0} role="group" aria-label={t.passages}>
          <table className="table passages">
            <thead>
              <tr>
                <th className="num">{t.place}</th>
                <th>{t.passages}</th>
                {retrievers.map((name) => (
                  <th key={name} className="num theirs">
                    {name}
                  </th>
                ))}
                <th>{t.joined}</th>
                {of.rerank && <th className="num">{t.rerank}</th>}
                {hasMoves && <th>{t.moved}</th>}
              </tr>
            </thead>
            <tbody>
              {of.candidates.map((each) => (
                <Passage
                  key={`${each.doc}@${each.start}`}
                  of={each}
                  retrievers={retrievers}
                  best={best}
                  has={of}
                  hasMoves={hasMoves}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {!of.complete && <p className="dim small-print">{t.onlyGiven}</p>}
    </Section>
  );
}

/** How many places the reranker and what follows it moved a passage up; 0 where that is not known. */
const riseOf = (of: Candidate): number =>
  of.final_rank > 0 && of.joined_rank > 0 ? of.joined_rank - of.final_rank : 0;

const names = (of: Candidate): string[] => of.placed.map((each) => each.retriever);

interface PassageProps {
  of: Candidate;
  retrievers: readonly string[];
  best: number;
  has: Retrieval;
  hasMoves: boolean;
}

function Passage({ of, retrievers, best, has, hasMoves }: PassageProps) {
  const t = useWords(words);
  const isGiven = of.final_rank > 0;
  const before = of.joined_rank;
  const rise = riseOf(of);
  return (
    <tr className={isGiven ? "" : "left-out"}>
      <td className="num">
        {isGiven ? (
          <strong>{of.final_rank}</strong>
        ) : (
          <span title={t.notGivenLong}>
            –<span className="unseen">{t.notGiven}</span>
          </span>
        )}
      </td>
      <td className="passage">
        <span className="theirs passage-title">{of.title || of.doc}</span>
        <span className="theirs passage-text">{of.preview}</span>
        {of.terms.length > 0 && <span className="theirs dim passage-terms">{of.terms.join(" · ")}</span>}
      </td>
      {retrievers.map((name) => {
        const placed = of.placed.find((each) => each.retriever === name);
        return (
          <td key={name} className="num">
            {placed && (
              <>
                <span>{placed.rank}</span> <span className="dim">{figure(placed.score)}</span>
              </>
            )}
          </td>
        );
      })}
      <td className="joined">
        <span className="joined-bar" style={{ width: best > 0 ? `${(of.joined / best) * 100}%` : 0 }} />
        <span className="mono">{figure(of.joined)}</span>
      </td>
      {has.rerank && (
        <td className="num">
          {of.rerank_rank > 0 && of.rerank_rank}{" "}
          {of.rerank_score !== null && <span className="dim">{figure(of.rerank_score)}</span>}
        </td>
      )}
      {hasMoves && (
        <td>
          <span className={rise > 0 ? "moved up" : rise < 0 ? "moved down" : "moved"}>
            {isGiven && before > 0 && (rise > 0 ? t.up(rise) : rise < 0 ? t.down(-rise) : t.stayed)}
          </span>
          {of.moved && <span className="theirs dim passage-terms">{of.moved}</span>}
        </td>
      )}
    </tr>
  );
}

function Budget({ of }: { of: NonNullable<Retrieval["budget"]> }) {
  const t = useWords(words);
  const part = of.limit > 0 ? Math.min(1, of.used / of.limit) : 0;
  return (
    <div className="budget">
      <div className="row">
        <span className="label grow">{t.budget}</span>
        <span>{t.budgetOf(count(of.used), count(of.limit))}</span>
        <span className="dim">{t.keptOf(of.kept, of.left_out)}</span>
      </div>
      <div className={`budget-bar${of.left_out > 0 ? " full" : ""}`}>
        <span style={{ width: `${part * 100}%` }} />
      </div>
    </div>
  );
}
