/** One matrix: variants by scorers, then the rows that break under some of them. */
import { useRef, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, changeQuery, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { usePaged } from "../../state/paged";
import { heads } from "../../state/project";
import { useStore } from "../../state/store";
import type { GridAt, GridHandle } from "../../ui/Grid";
import { Loading, ProblemNote } from "../../ui/Told";
import { Broken } from "./Broken";
import { type BrokenRow, type Matrix, nextVariant } from "./figures";
import { Table } from "./Table";
import { words } from "./words";

type PageOfRows = Matrix & { rows: readonly BrokenRow[]; matching: number };

export function OneMatrix({ matrix }: { matrix: string }) {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const [scorer] = useQuery("scorer");
  const [only] = useQuery("only");
  const runs = useLoaded(`matrix ${matrix}`, (signal) => ask("get_matrix", { matrix, limit: 0 }, { signal }));
  const ids = runs.data?.variants.map((each) => each.run.id).join(" ") ?? "";
  // What its runs came to since: their scores may still come in.
  const since = useStore(heads, (all) =>
    ids
      .split(" ")
      .map((id) => `${all.get(id)?.scored} ${all.get(id)?.status}`)
      .join(),
  );
  const key = JSON.stringify({ matrix, scorer, only, since });
  const listed = usePaged<BrokenRow, PageOfRows>(key, matrix, async (offset, limit, signal) => {
    const found = await ask("get_matrix", { matrix, scorer, only, offset, limit }, { signal });
    return { ...found, rows: found.broken, matching: found.broken_total };
  });
  const { data } = listed;
  const [at, setAt] = useState<GridAt>({ row: 0, column: 1 });
  const handle = useRef<GridHandle>(null);
  useTitle(data ? `${t.matrix} · ${data.target}` : t.matrix);
  const open = ({ row, column }: GridAt): void => {
    const found = listed.row(row);
    const variant = data?.variants[column - 3] ?? data?.variants.find((_, i) => found?.cells[i]?.passes === false);
    if (!found || !variant) return;
    const score_of = found.scorer === "ok" ? "" : found.scorer;
    navigate(address("/runs/:run", { run: variant.run.id }, { item: found.row, score_of }));
  };
  const compare = (): void => {
    const [first, ...others] = data?.variants ?? [];
    const to = others.find((each) => each.run.id === only) ?? others[0];
    if (first && to) navigate(address("/compare", {}, { a: first.run.id, b: to.run.id }));
  };
  useActions([
    { id: "matrix-move", label: f.move, keys: "ArrowUp ArrowDown ArrowLeft ArrowRight", inStatus: true },
    { id: "matrix-open", label: t.openCell, keys: "Enter", inStatus: true },
    {
      id: "matrix-variant",
      label: t.chooseVariant,
      keys: "v",
      inStatus: true,
      run: () => changeQuery({ only: nextVariant(data?.variants ?? [], only) }),
    },
    { id: "matrix-compare", label: t.export, keys: "c", inStatus: true, run: compare },
    { id: "matrix-back", label: t.back, keys: "Escape", inStatus: true, run: () => navigate("/matrix") },
  ]);
  return (
    <>
      <Bar
        title={
          <>
            <Link to="/matrix">{t.matrix}</Link>
            <span className="bar-sep">/</span>
            <h1 className="line theirs">{data?.target ?? matrix}</h1>
            {data && (
              <>
                <span className="mono dim line">{data.matrix}</span>
                <span className="dim line theirs">{data.data}</span>
                <span className="dim line">{moment(data.started_ms, spoken)}</span>
              </>
            )}
          </>
        }
      />
      <div className="content matrix-page">
        {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
        {!data && listed.loading && <Loading />}
        {data && <Table of={data} only={only} />}
        {data && (
          <Broken
            of={data}
            listed={listed}
            scorer={scorer}
            only={only}
            at={at}
            onAt={setAt}
            onOpen={open}
            onLeave={() => navigate("/matrix")}
            handle={handle}
          />
        )}
      </div>
    </>
  );
}
