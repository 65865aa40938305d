/** What a question finds, and why each passage stands where it does. */
import { type FormEvent, useState } from "react";
import { type Answer, ask, type components } from "../../api/client";
import { useLoaded } from "../../api/load";
import { changeQuery, useQuery } from "../../app/router";
import { duration } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import type { Base } from "./BasePage";
import { type Lens, spokenLanguage } from "./lens";
import { words } from "./words";

type Passage = components["schemas"]["FoundPassage"];
type Searched = Answer<"search_base">;
type Mode = "" | "dense" | "sparse" | "hybrid";

const idOf = (each: Passage): string => `${each.doc}@${each.start}`;
const figure = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
const HUES: Readonly<Record<string, string>> = { dense: "--kind-embed", sparse: "--kind-search" };
const MOST_TERMS = 8;

interface Both {
  readonly theirs: Searched;
  /** What everybody would get, where it is seen with somebody's eyes. */
  readonly everybody: Searched | null;
}

export function Search({ base, lens }: { base: Base; lens: Lens }) {
  const t = useWords(words);
  const [q] = useQuery("q");
  const [k] = useQuery("k");
  const [mode] = useQuery("mode");
  const [typed, setTyped] = useState(q);
  const [places, setPlaces] = useState(k);
  const asked = { query: q, k: Number(k) || null, mode: mode as Mode, filters: {}, day: "" };
  const found = useLoaded<Both>(
    q ? `search ${base.name} ${base.snapshot} ${q} ${k} ${mode} ${lens.key}` : null,
    async (signal) => {
      const one = (person: string, groups: readonly string[]): Promise<Searched> =>
        ask("search_base", { base: base.name }, { ...asked, as: person, groups: [...groups] }, { signal });
      const theirs = await one(lens.person, lens.groups);
      return { theirs, everybody: lens.isOn ? await one("", []) : null };
    },
  );
  const search = (event: FormEvent): void => {
    event.preventDefault();
    changeQuery({ q: typed.trim(), k: places.trim(), doc: "", at: "" }, { push: true });
  };
  return (
    <>
      <form className="ask-form" onSubmit={search}>
        <TextField
          id="knowledge-q"
          label={t.question}
          placeholder={t.questionHint}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <SelectField label={t.mode} value={mode} onChange={(event) => changeQuery({ mode: event.target.value })}>
          <option value="">{t.modeAny}</option>
          {(["hybrid", "dense", "sparse"] as const).map((each) => (
            <option key={each} value={each}>
              {t[`mode_${each}`]}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t.passagesK}
          inputMode="numeric"
          placeholder={String(base.k ?? "")}
          value={places}
          onChange={(event) => setPlaces(event.target.value.replace(/\D/g, ""))}
        />
        <Button primary type="submit" icon="search">
          {t.search}
        </Button>
      </form>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="page-scroll found" tabIndex={0} role="group" aria-label={t.search}>
        {!q && <p className="soft">{t.searchTells}</p>}
        {found.problem && <ProblemNote problem={found.problem} onAgain={found.reload} />}
        {q && !found.data && found.loading && <Loading />}
        {found.data && <Found of={found.data} lens={lens} />}
      </div>
    </>
  );
}

function Found({ of, lens }: { of: Both; lens: Lens }) {
  const t = useWords(words);
  const { theirs, everybody } = of;
  const most = Math.max(...theirs.passages.map((each) => each.joined), 0);
  const before = new Map((everybody?.passages ?? []).map((each) => [idOf(each), each.rank]));
  const now = new Set(theirs.passages.map(idOf));
  const gained = everybody ? theirs.passages.filter((each) => !before.has(idOf(each))).length : 0;
  const lost = [...before.keys()].filter((each) => !now.has(each)).length;
  const isSame =
    everybody && gained === 0 && lost === 0 && theirs.passages.every((each) => before.get(idOf(each)) === each.rank);
  return (
    <>
      <p role="status" className="dim">
        {t.found(theirs.passages.length, duration(theirs.ms))} ·{" "}
        {theirs.retrievers.map((each) => nameOf(each, t)).join(" + ")}
        {theirs.retrievers.length > 1 && ` · ${theirs.fusion}`}
        {theirs.rerank && ` · ${theirs.rerank}`}
      </p>
      {everybody && (
        <p className="lens-note" role="status">
          <strong className="theirs">{t.lensOn([lens.person || t.anybody, ...lens.groups].join(", "))}</strong>:{" "}
          {isSame
            ? t.lensSame
            : [gained > 0 && t.lensMore(gained), lost > 0 && t.lensLost(lost)].filter(Boolean).join(" · ")}
        </p>
      )}
      {theirs.passages.length === 0 && <Empty title={t.nothingFound} />}
      <ol className="passages-found">
        {theirs.passages.map((each) => (
          <PassageCard
            key={idOf(each)}
            of={each}
            most={most}
            retrievers={theirs.retrievers}
            was={everybody ? (before.get(idOf(each)) ?? 0) : null}
          />
        ))}
      </ol>
    </>
  );
}

type Words = ReturnType<typeof useWords<typeof words.en>>;
const nameOf = (retriever: string, t: Words): string =>
  retriever === "dense" || retriever === "sparse" ? t[`retriever_${retriever}`] : retriever;

interface CardProps {
  of: Passage;
  most: number;
  retrievers: readonly string[];
  /** Its place for everybody, 0 where they do not get it; null: seen with nobody's eyes. */
  was: number | null;
}

function PassageCard({ of, most, retrievers, was }: CardProps) {
  const t = useWords(words);
  const spoken = useLanguage();
  const isNew = was === 0;
  return (
    <li className={isNew ? "found-passage only" : "found-passage"}>
      <div className="found-rank">{of.rank}</div>
      <div className="found-body">
        <div className="row found-head">
          <button
            type="button"
            className="link-button line theirs"
            title={t.open}
            onClick={() => changeQuery({ doc: of.doc, at: `${of.start}-${of.end}` }, { push: true })}
          >
            {of.title || of.doc}
          </button>
          <span className="line theirs dim">
            {[...of.section, ...(of.page > 0 ? [t.page(of.page)] : [])].join(" › ")}
          </span>
          <span className="grow" />
          {isNew && <span className="chip changed">{t.lensOnly}</span>}
          {was !== null && was > 0 && was !== of.rank && <span className="chip changed">{t.lensUp(was)}</span>}
          <span className="dim">{spokenLanguage(of.language, spoken)}</span>
        </div>
        <p className="found-text theirs">{of.text}</p>
        <Why of={of} most={most} retrievers={retrievers} />
        {of.notes.length > 0 && <p className="dim theirs">{of.notes.join(" · ")}</p>}
      </div>
    </li>
  );
}

function Why({ of, most, retrievers }: Omit<CardProps, "was">) {
  const t = useWords(words);
  const rise = of.joined_rank > 0 ? of.joined_rank - of.rank : 0;
  const terms = [...of.terms].sort((a, b) => b.score - a.score).slice(0, MOST_TERMS);
  return (
    <div className="why">
      <div className="why-bar" aria-hidden="true">
        {of.retrievers.map((each) => (
          <i
            key={each.name}
            style={{
              width: `${most > 0 ? (each.added / most) * 100 : 0}%`,
              background: `var(${HUES[each.name] ?? "--kind-other"})`,
            }}
          />
        ))}
      </div>
      <ul className="why-words">
        {retrievers.map((name) => {
          const place = of.retrievers.find((each) => each.name === name);
          return (
            <li key={name} className={place ? "" : "dim"}>
              <span className="dot" style={{ background: `var(${HUES[name] ?? "--kind-other"})` }} />
              {place
                ? `${t.whyRank(nameOf(name, t), place.rank, figure(place.score))}${
                    retrievers.length > 1 ? `, ${t.whyAdds(figure(place.added))}` : ""
                  }`
                : t.notBy(nameOf(name, t))}
            </li>
          );
        })}
        {of.joined_rank > 0 && retrievers.length > 1 && <li>{t.whyJoined(of.joined_rank, figure(of.joined))}</li>}
        {of.joined_rank > 0 && rise !== 0 && (
          <li className={rise > 0 ? "tone-good" : "tone-warn"}>
            {t.byRerank}: {rise > 0 ? t.rises(rise) : t.falls(-rise)}
          </li>
        )}
        {of.moved && <li className="theirs">{t.moved(of.moved)}</li>}
      </ul>
      {terms.length > 0 && (
        <ul className="why-terms" aria-label={t.terms}>
          {terms.map((each) => (
            <li key={each.term} className="chip theirs" title={t.term(each.tf, each.df, figure(each.score))}>
              {each.term} <span className="dim mono">{figure(each.score)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
