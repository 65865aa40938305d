/** A document with its chunks in place, and what one of them is. */
import { useEffect, useMemo, useRef } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { changeQuery, useQuery } from "../../app/router";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Panel, Section } from "../../ui/Panel";
import { JsonView } from "../../ui/TextView";
import { Loading, ProblemNote } from "../../ui/Told";
import { type Lens, spokenLanguage } from "./lens";
import { type Chunk, chunkAt, overlapsOf, type Piece, piecesOf, placeOf } from "./pieces";
import { words } from "./words";

type DocumentText = Answer<"get_document">;

/** Characters of a document that one answer holds, and how much of them stands before what is pointed at. */
const HELD = 200_000;
const BEFORE = 20_000;

interface Props {
  base: string;
  doc: string;
  lens: Lens;
  version: string;
  onClose: () => void;
}

export function DocumentPanel({ base, doc, lens, version, onClose }: Props) {
  const t = useWords(words);
  const spoken = useLanguage();
  const [typed] = useQuery("at");
  const [from] = useQuery("from");
  const at = useMemo(() => placeOf(typed), [typed]);
  const start = from ? Number(from) : at && at.start > HELD - BEFORE ? at.start - BEFORE : 0;
  const loaded = useLoaded(
    `document ${base} ${doc} ${lens.key} ${start}`,
    (signal) => {
      const who = lens.isOn ? { as: lens.person, groups: lens.text } : { all: true };
      return ask("get_document", { base, doc, start, ...who }, { signal });
    },
    version,
  );
  const of = loaded.data;
  const chosen = of ? chunkAt(of.chunks, at) : -1;
  const choose = (n: number): void => {
    const chunk = of?.chunks[n];
    if (chunk) changeQuery({ at: `${chunk.start}-${chunk.end}` });
  };
  useActions([
    { id: "chunk-next", label: t.nextChunk, keys: "j", inStatus: true, run: () => choose(chosen + 1) },
    { id: "chunk-previous", label: t.previousChunk, keys: "k", run: () => choose(Math.max(0, chosen - 1)) },
  ]);
  return (
    <Panel
      label={t.document}
      subject={`${doc} ${start}`}
      onClose={onClose}
      head={
        <>
          <h2 className="line theirs">{of?.title || doc}</h2>
          {of && <span className="chip">{spokenLanguage(of.language, spoken)}</span>}
          {of && <span className="chip">{of.format}</span>}
          <span className="mono dim line theirs">{of?.path}</span>
        </>
      }
    >
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {!of && loaded.loading && <Loading />}
      {of && (
        <>
          <ChunkFacts of={of} at={chosen} onChoose={choose} />
          {of.problems.length > 0 && (
            <Section title={t.problems}>
              {of.problems.map((each, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a document's problems have no other name than their place
                <p key={i} className="soft theirs">
                  {each.page > 0 && <span className="dim">{t.page(each.page)}: </span>}
                  {spoken === "zh" ? each.zh : each.en}
                </p>
              ))}
            </Section>
          )}
          <Section title={t.text} end={<Part of={of} />}>
            <Text of={of} at={at} chosen={chosen} onChoose={choose} />
          </Section>
          {Object.keys(of.metadata).length > 0 && (
            <Section title={t.metadata}>
              <JsonView value={of.metadata} />
            </Section>
          )}
        </>
      )}
    </Panel>
  );
}

function Part({ of }: { of: DocumentText }) {
  const t = useWords(words);
  if (of.start === 0 && !of.more) return null;
  const end = Math.min(of.length, of.start + HELD);
  return (
    <span className="row">
      <span className="dim">
        {t.part(of.start.toLocaleString("en"), end.toLocaleString("en"), of.length.toLocaleString("en"))}
      </span>
      <Button
        className="small"
        disabled={of.start === 0}
        onClick={() => changeQuery({ from: Math.max(0, of.start - HELD) || "0", at: "" })}
      >
        {t.earlier}
      </Button>
      <Button className="small" disabled={!of.more} onClick={() => changeQuery({ from: end, at: "" })}>
        {t.later}
      </Button>
    </span>
  );
}

interface FactsProps {
  of: DocumentText;
  at: number;
  onChoose: (n: number) => void;
}

function ChunkFacts({ of, at, onChoose }: FactsProps) {
  const t = useWords(words);
  const spoken = useLanguage();
  const chunk: Chunk | undefined = of.chunks[at];
  if (!chunk) return <p className="section dim">{t.chunkTells}</p>;
  const { before, after } = overlapsOf(of.chunks, at);
  const shared = [before > 0 && t.overlapBefore(before), after > 0 && t.overlapAfter(after)].filter(Boolean);
  return (
    <div className="section chunk-facts">
      <div className="row">
        <strong className="grow">{t.chunk(at + 1, of.chunks_total)}</strong>
        <Button
          className="small"
          icon="up"
          label={t.previousChunk}
          disabled={at <= 0}
          onClick={() => onChoose(at - 1)}
        />
        <Button
          className="small"
          icon="down"
          label={t.nextChunk}
          disabled={at >= of.chunks.length - 1}
          onClick={() => onChoose(at + 1)}
        />
      </div>
      <dl className="facts">
        {chunk.section.length > 0 && (
          <>
            <dt>{t.section}</dt>
            <dd className="theirs">{chunk.section.join(" › ")}</dd>
          </>
        )}
        {chunk.page > 0 && (
          <>
            <dt>{t.pages}</dt>
            <dd>{t.page(chunk.page)}</dd>
          </>
        )}
        <dt>{t.kind}</dt>
        <dd>
          {chunk.kind} · {spokenLanguage(chunk.language, spoken)} · {chunk.tokens} {t.tokens}
        </dd>
        <dt>{t.offsets}</dt>
        <dd className="mono">
          {chunk.start}–{chunk.end}
        </dd>
        <dt>{t.overlaps}</dt>
        <dd>{shared.length > 0 ? shared.join(", ") : t.noOverlap}</dd>
      </dl>
    </div>
  );
}

interface TextProps {
  of: DocumentText;
  at: ReturnType<typeof placeOf>;
  chosen: number;
  onChoose: (n: number) => void;
}

function Text({ of, at, chosen, onChoose }: TextProps) {
  const chunk = of.chunks[chosen];
  const isQuote = at !== null && !(chunk && chunk.start === at.start && chunk.end === at.end);
  const pieces = useMemo(
    () => piecesOf(of.text, of.start, of.chunks, isQuote ? at : null),
    [of.text, of.start, of.chunks, isQuote, at],
  );
  const box = useRef<HTMLDivElement>(null);
  const place = at ? `${at.start}-${at.end}` : "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is gone to
  useEffect(() => {
    if (!place) return;
    const found = box.current?.querySelector("mark") ?? box.current?.querySelector("[data-first]");
    found?.scrollIntoView({ block: "center" });
  }, [place, of.text]);
  return (
    <div ref={box} className="chunked theirs">
      {pieces.map((piece) => (
        <PieceView
          key={piece.start}
          of={piece}
          chosen={chosen}
          isFirst={piece.start === (isQuote ? at?.start : chunk?.start)}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

interface PieceProps {
  of: Piece;
  chosen: number;
  isFirst: boolean;
  onChoose: (n: number) => void;
}

function PieceView({ of, chosen, isFirst, onChoose }: PieceProps) {
  const t = useWords(words);
  const last = of.chunks.at(-1);
  const kinds = ["piece"];
  if (of.chunks.length === 0) kinds.push("gap");
  else kinds.push((last ?? 0) % 2 === 0 ? "even" : "odd");
  if (of.chunks.length > 1) kinds.push("overlap");
  if (of.chunks.includes(chosen)) kinds.push("chosen");
  return (
    <>
      {of.begins.map((n) => (
        <button
          key={n}
          type="button"
          className="chunk-mark"
          aria-label={t.chunk(n + 1, n + 1)}
          aria-pressed={n === chosen}
          onClick={() => onChoose(n)}
        >
          {n + 1}
        </button>
      ))}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the numbered buttons do the same by keys */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the numbered buttons do the same by keys */}
      <span
        className={kinds.join(" ")}
        data-first={isFirst || undefined}
        onClick={() => last !== undefined && !getSelection()?.toString() && onChoose(last)}
      >
        {of.isMarked ? <mark title={t.quoteHere}>{of.text}</mark> : of.text}
      </span>
    </>
  );
}
