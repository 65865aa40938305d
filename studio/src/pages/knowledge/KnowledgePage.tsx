/** Knowledge bases: the list, or one of them. */
import { useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import type { PageProps } from "../../app/pages";
import { address, navigate } from "../../app/router";
import { useTitle } from "../../app/title";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { Grid, type GridAt } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { BasePage } from "./BasePage";
import { words } from "./words";
import "../../ui/trace/trace.css";
import "../../look/lists.css";
import "./knowledge.css";

const EXAMPLE = `[knowledge.docs]
sources = ["docs"]`;

export default function KnowledgePage({ params }: PageProps) {
  return params.base ? <BasePage key={params.base} name={params.base} /> : <Bases />;
}

function Bases() {
  const t = useWords(words);
  const f = useWords(frame);
  const listed = useLoaded("bases", (signal) => ask("list_bases", {}, { signal }));
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const bases = listed.data?.bases ?? [];
  useTitle(t.knowledge);
  const step = (by: number): void =>
    setAt((now) => ({ ...now, row: Math.max(0, Math.min(bases.length - 1, now.row + by)) }));
  useActions([
    { id: "bases-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "bases-j", label: f.move, keys: "j", onlyKeys: true, run: () => step(1) },
    { id: "bases-k", label: f.move, keys: "k", onlyKeys: true, run: () => step(-1) },
    { id: "bases-open", label: f.open, keys: "Enter", inStatus: true },
  ]);
  const to = (row: number): string => address("/knowledge/:base", { base: bases[row]?.name ?? "" });
  const cell = (row: number, column: number) => {
    const each = bases[row];
    if (!each) return null;
    return [
      <Link key="n" className="line theirs" to={to(row)} tabIndex={-1}>
        {each.name}
      </Link>,
      <span key="s" className={each.is_built ? "chip ok" : "chip"}>
        {each.is_built ? t.built : t.notBuilt}
      </span>,
      <span key="f" className="line theirs mono soft">
        {each.sources.join(", ")}
      </span>,
    ][column];
  };
  return (
    <>
      <Bar title={<h1>{t.knowledge}</h1>} />
      <div className="content">
        {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
        {!listed.data && listed.loading ? (
          <Loading />
        ) : bases.length === 0 && !listed.problem ? (
          <Empty title={t.noBases}>
            <p>{t.noBasesHow}</p>
            <pre className="box example">{`${EXAMPLE}\n\n$ loomwork knowledge build docs`}</pre>
          </Empty>
        ) : (
          <Grid
            label={t.bases}
            columns={[
              { key: "name", head: t.base, width: 200, grow: 1, frozen: true },
              { key: "state", head: t.state, width: 120 },
              { key: "sources", head: t.sources, width: 300, grow: 3 },
            ]}
            rows={bases.length}
            version={(row) => bases[row]?.name ?? ""}
            drawing={listed.data}
            cell={cell}
            at={at}
            onAt={setAt}
            onOpen={({ row }) => navigate(to(row))}
          />
        )}
      </div>
    </>
  );
}
