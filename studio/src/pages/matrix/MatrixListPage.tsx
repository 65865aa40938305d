/** The matrices, the newest first. */
import { useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, navigate } from "../../app/router";
import { useTitle } from "../../app/title";
import { moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { heads } from "../../state/project";
import { useStore } from "../../state/store";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { words } from "./words";

export function MatrixListPage() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  // A run that begins or ends may belong to a matrix.
  const runs = useStore(heads, (all) => [...all.values()].map((each) => `${each.id} ${each.status}`).join());
  const listed = useLoaded("matrices", (signal) => ask("list_matrices", {}, { signal }), runs);
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  useTitle(t.matrix);
  useActions([
    { id: "matrix-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "matrix-open", label: t.open, keys: "Enter", inStatus: true },
  ]);
  const found = listed.data?.matrices ?? [];
  const columns: GridColumn[] = [
    { key: "target", head: t.target, width: 180, grow: 1, frozen: true },
    { key: "labels", head: t.variants, width: 260, grow: 3 },
    { key: "data", head: t.data, width: 180, grow: 2 },
    { key: "started", head: t.started, width: 130 },
    { key: "id", head: t.matrix, width: 170 },
  ];
  const cell = (row: number, column: number) => {
    const each = found[row];
    if (!each) return null;
    return [
      <Link key="t" className="line theirs" to={address("/matrix/:matrix", { matrix: each.matrix })} tabIndex={-1}>
        {each.target}
      </Link>,
      <span key="l" className="line theirs">
        {each.labels.join("  ·  ")}
      </span>,
      <span key="d" className="line theirs soft">
        {each.data}
      </span>,
      each.running ? (
        <span key="r" className="chip changed">
          {t.running}
        </span>
      ) : (
        moment(each.started_ms, spoken)
      ),
      <span key="i" className="mono dim line">
        {each.matrix}
      </span>,
    ][column];
  };
  return (
    <>
      <Bar title={<h1>{t.matrices}</h1>} />
      <div className="content">
        {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
        {!listed.data && listed.loading && <Loading />}
        {listed.data && found.length === 0 && (
          <Empty title={t.none}>
            <p>{t.noneHow}</p>
          </Empty>
        )}
        {listed.data && !listed.data.complete && <p className="notice plain">{t.older}</p>}
        {found.length > 0 && (
          <Grid
            label={t.matrices}
            columns={columns}
            rows={found.length}
            version={(row) => `${found[row]?.matrix} ${found[row]?.variants} ${found[row]?.running}`}
            drawing={spoken}
            cell={cell}
            at={at}
            onAt={setAt}
            onOpen={({ row }) => {
              const each = found[row];
              if (each) navigate(address("/matrix/:matrix", { matrix: each.matrix }));
            }}
          />
        )}
      </div>
    </>
  );
}
