/** The documents of a base, all of them with their readers, or those that somebody sees. */
import { type ReactNode, useRef, useState } from "react";
import { type Answer, ask, type components } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { changeQuery, useQuery } from "../../app/router";
import { count } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { usePaged } from "../../state/paged";
import { FilterField, Segments } from "../../ui/Field";
import { Grid, type GridAt, type GridColumn, type GridHandle } from "../../ui/Grid";
import { Icon } from "../../ui/Icon";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import type { Base } from "./BasePage";
import { type Lens, spokenLanguage } from "./lens";
import { words } from "./words";

type Document = components["schemas"]["BaseDocument"];
type Page = Answer<"list_documents"> & { rows: readonly Document[] };
/** Documents whose visibility for everybody is looked up. */
const MARKED = 500;

export function Documents({ base, lens }: { base: Base; lens: Lens }) {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const [q, setQ] = useQuery("dq");
  const [only] = useQuery("only");
  const [doc] = useQuery("doc");
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const handle = useRef<GridHandle>(null);
  const asked = { base: base.name, q, only: only as "" | "problems" | "restricted" };
  const listed = usePaged<Document, Page>(
    `${base.snapshot} ${lens.key} ${q} ${only}`,
    base.name,
    async (offset, limit, signal) => {
      const who = lens.isOn ? { as: lens.person, groups: lens.text } : { all: true };
      const told = await ask("list_documents", { ...asked, ...who, offset, limit }, { signal });
      return { ...told, rows: told.documents };
    },
  );
  const everybody = useLoaded(lens.isOn ? `everybody ${base.name} ${base.snapshot}` : null, (signal) =>
    ask("list_documents", { base: base.name, limit: MARKED }, { signal }),
  );
  const known =
    everybody.data && everybody.data.total <= MARKED ? new Set(everybody.data.documents.map((each) => each.doc)) : null;
  const { data, matching } = listed;

  const open = (row: number, push = false): void => {
    const found = listed.row(row);
    if (found) changeQuery({ doc: found.doc, at: "" }, { push });
  };
  const step = (by: number): void => {
    const row = Math.max(0, Math.min(matching - 1, at.row + (doc ? by : 0)));
    setAt((now) => ({ ...now, row }));
    handle.current?.reveal(row);
    open(row, !doc);
  };
  useActions([
    { id: "documents-move", label: f.move, keys: "ArrowUp ArrowDown" },
    { id: "documents-open", label: f.open, keys: "Enter", inStatus: true },
    ...(doc
      ? []
      : [
          { id: "documents-j", label: f.open, keys: "j", onlyKeys: true, run: () => step(1) },
          { id: "documents-k", label: f.open, keys: "k", onlyKeys: true, run: () => step(-1) },
        ]),
  ]);
  const columns: GridColumn[] = [
    { key: "title", head: t.title, width: 200, grow: 2, frozen: true },
    { key: "path", head: t.path, width: 200, grow: 2 },
    { key: "language", head: t.language, width: 100 },
    { key: "format", head: t.format, width: 90 },
    { key: "pages", head: t.pages, width: 70, align: "end" },
    { key: "chunks", head: t.chunks, width: 80, align: "end" },
    { key: "problems", head: t.problems, width: 90, align: "end" },
    { key: "readers", head: t.readers, width: 140, grow: 1 },
  ];
  const readersOf = (each: Document): ReactNode => {
    if (lens.isOn) return known && !known.has(each.doc) ? <span className="chip changed">{t.onlyTheirs}</span> : null;
    if (each.readers === null) return <span className="dim">{t.everyone}</span>;
    return <span className="line theirs">{each.readers.length > 0 ? each.readers.join(", ") : t.nobody}</span>;
  };
  const cell = (row: number, column: number): ReactNode => {
    const each = listed.row(row);
    if (!each) return column === 0 ? <span className="dim">…</span> : null;
    return [
      <span key="t" className="line theirs">
        {each.title || each.doc}
      </span>,
      <span key="p" className="line theirs mono soft">
        {each.path}
      </span>,
      spokenLanguage(each.language, spoken),
      each.format,
      each.pages || "",
      each.chunks,
      each.problems > 0 && (
        <span key="x" className="row tone-warn">
          <Icon name="warn" size={12} />
          {each.problems}
        </span>
      ),
      readersOf(each),
    ][column];
  };
  const isFiltered = Boolean(q || only);
  return (
    <>
      <div className="list-tools">
        <FilterField
          id="knowledge-q"
          aria-label={t.filterDocuments}
          placeholder={`${t.filterDocuments}  /`}
          value={q}
          onChange={(event) => setQ(event.target.value)}
          style={{ width: 240 }}
        />
        <Segments
          label={t.show}
          value={only}
          onChange={(next) => changeQuery({ only: next })}
          options={[
            { value: "", label: t.all },
            { value: "problems", label: t.withProblems },
            ...(lens.isOn ? [] : [{ value: "restricted", label: t.onlyRestricted }]),
          ]}
        />
        <span className="grow" />
        <span className="dim line" role="status">
          {data && lens.isOn && everybody.data
            ? t.lensFigures(count(data.total), count(everybody.data.total))
            : data && t.count(count(data.matching), count(data.total))}
        </span>
      </div>
      {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
      {!data && listed.loading && <Loading />}
      {data && matching === 0 && (
        <Empty title={isFiltered ? t.noMatch : lens.isOn ? t.noDocumentsLens : t.noDocuments} />
      )}
      {data && matching > 0 && (
        <Grid
          label={t.documents}
          columns={columns}
          rows={matching}
          version={(row) => listed.row(row)?.doc ?? ""}
          drawing={`${listed.version} ${spoken} ${known?.size ?? ""} ${lens.key}`}
          cell={cell}
          at={at}
          onAt={(to) => {
            setAt(to);
            if (doc) open(to.row);
          }}
          onOpen={({ row }) => open(row, !doc)}
          onLeave={() => changeQuery({ doc: "", at: "" })}
          isOpen={Boolean(doc)}
          onSeen={listed.need}
          handle={handle}
        />
      )}
    </>
  );
}
