/** The project's datasets. */
import { useMemo, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { notify } from "../../app/toasts";
import { moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { useFiles } from "../../state/project";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { FilterField, TextField } from "../../ui/Field";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { bytes } from "./text";
import { words } from "./words";

export const pathTo = (path: string): string => address("/datasets/*path", { path });

export function FileList() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const [q, setQ] = useQuery("q");
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const [isNew, setNew] = useState(false);
  const listed = useLoaded("datasets", (signal) => ask("list_datasets", {}, { signal }));
  useTitle(t.datasets);
  useFiles((files) => {
    if (files.some((file) => /\.jsonl(\.\w+)?$/.test(file.path))) listed.reload();
  });
  const shown = useMemo(
    () => (listed.data?.datasets ?? []).filter((each) => each.path.toLowerCase().includes(q.toLowerCase())),
    [listed.data, q],
  );
  const open = (row: number): void => {
    const path = shown[row]?.path;
    if (path) navigate(pathTo(path));
  };
  const step = (by: number): void =>
    setAt((now) => ({ ...now, row: Math.max(0, Math.min(shown.length - 1, now.row + by)) }));
  useActions([
    { id: "datasets-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "datasets-j", label: f.move, keys: "j", onlyKeys: true, run: () => step(1) },
    { id: "datasets-k", label: f.move, keys: "k", onlyKeys: true, run: () => step(-1) },
    { id: "datasets-open", label: f.open, keys: "Enter", inStatus: true },
    { id: "datasets-new", label: t.newDataset, keys: "n", inStatus: true, run: () => setNew(true) },
    {
      id: "datasets-filter",
      label: f.filter,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById("datasets-filter")?.focus(),
    },
  ]);
  const columns: GridColumn[] = [
    { key: "path", head: t.path, width: 260, grow: 3, frozen: true },
    { key: "size", head: t.size, width: 110, align: "end" },
    { key: "changed", head: t.changedAt, width: 150 },
    { key: "packed", head: <span className="unseen">{t.packed}</span>, width: 120, grow: 1 },
  ];
  const cell = (row: number, column: number) => {
    const each = shown[row];
    if (!each) return null;
    return [
      <Link key="p" className="line theirs mono" to={pathTo(each.path)} tabIndex={-1}>
        {each.path}
      </Link>,
      <span key="s" className="mono">
        {bytes(each.size)}
      </span>,
      moment(each.changed_ms, spoken),
      each.is_packed && (
        <span key="z" className="chip" title={t.packedLong}>
          {t.packed}
        </span>
      ),
    ][column];
  };
  return (
    <>
      <Bar title={<h1>{t.datasets}</h1>}>
        <FilterField
          id="datasets-filter"
          aria-label={t.filterFiles}
          placeholder={`${t.filterFiles}  /`}
          value={q}
          onChange={(event) => setQ(event.target.value)}
          style={{ width: 240 }}
        />
        <Button icon="plus" onClick={() => setNew(true)}>
          {t.newDataset}
        </Button>
      </Bar>
      <div className="content">
        {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
        {!listed.data && listed.loading ? (
          <Loading />
        ) : shown.length === 0 ? (
          <Empty title={q ? t.noMatch : t.noDatasets}>{!q && <p>{t.noDatasetsHow}</p>}</Empty>
        ) : (
          <Grid
            label={t.datasets}
            columns={columns}
            rows={shown.length}
            version={(row) => shown[row]?.path ?? ""}
            drawing={shown}
            cell={cell}
            at={at}
            onAt={setAt}
            onOpen={({ row }) => open(row)}
          />
        )}
        {listed.data?.more && <p className="notice plain">{t.moreFiles}</p>}
      </div>
      {isNew && <NewDialog onClose={() => setNew(false)} />}
    </>
  );
}

function NewDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const [path, setPath] = useState("data/new.jsonl");
  const [problem, setProblem] = useState<Problem | null>(null);
  const create = async (): Promise<void> => {
    try {
      const done = await ask("create_dataset", {}, { path: path.trim(), rows: [] });
      notify("ok", t.created(done.path));
      onClose();
      navigate(pathTo(done.path));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <Dialog
      title={t.newDataset}
      onClose={onClose}
      foot={
        <Button primary disabled={!path.trim()} onClick={() => void create()}>
          {t.create}
        </Button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <TextField label={t.path} hint={t.newHint} value={path} onChange={(event) => setPath(event.target.value)} />
      </form>
      {problem && <ProblemNote problem={problem} />}
    </Dialog>
  );
}
