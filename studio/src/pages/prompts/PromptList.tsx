/** The project's prompts, with how often each was used. */
import { useMemo, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { toldIn } from "../../api/problem";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { useFiles } from "../../state/project";
import { FilterField } from "../../ui/Field";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { words } from "./words";

export const promptAt = (name: string): string => address("/prompts/*name", { name });

export function PromptList() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const [q, setQ] = useQuery("q");
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const listed = useLoaded("prompts", (signal) => ask("list_prompts", {}, { signal }));
  useTitle(t.prompts);
  useFiles((files) => {
    if (files.some((file) => file.path.endsWith(".md"))) listed.reload();
  });
  const shown = useMemo(() => {
    const wanted = q.toLowerCase();
    return (listed.data?.prompts ?? []).filter((each) =>
      `${each.name} ${each.description ?? ""} ${each.version ?? ""}`.toLowerCase().includes(wanted),
    );
  }, [listed.data, q]);
  const open = (row: number): void => {
    const found = shown[row];
    if (found) navigate(promptAt(found.name));
  };
  const step = (by: number): void =>
    setAt((now) => ({ ...now, row: Math.max(0, Math.min(shown.length - 1, now.row + by)) }));
  useActions([
    { id: "prompts-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "prompts-j", label: f.move, keys: "j", onlyKeys: true, run: () => step(1) },
    { id: "prompts-k", label: f.move, keys: "k", onlyKeys: true, run: () => step(-1) },
    { id: "prompts-open", label: f.open, keys: "Enter", inStatus: true },
    {
      id: "prompts-filter",
      label: f.filter,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById("prompts-filter")?.focus(),
    },
  ]);
  const columns: GridColumn[] = [
    { key: "name", head: t.name, width: 170, grow: 1, frozen: true },
    { key: "says", head: t.says, width: 220, grow: 3 },
    { key: "variables", head: t.variables, width: 170, grow: 1 },
    { key: "version", head: t.version, width: 110 },
    { key: "runs", head: t.runs, width: 76, align: "end" },
    { key: "calls", head: t.calls, width: 84, align: "end" },
    { key: "failed", head: t.failed, width: 76, align: "end" },
    { key: "changed", head: t.changedAt, width: 124 },
  ];
  const cell = (row: number, column: number) => {
    const each = shown[row];
    if (!each) return null;
    return [
      <Link key="n" className="line theirs" to={promptAt(each.name)} tabIndex={-1}>
        {each.name}
      </Link>,
      each.problem ? (
        <span key="p" className="line theirs" title={toldIn(each.problem, spoken).todo}>
          {t.unusable}: {toldIn(each.problem, spoken).what}
        </span>
      ) : (
        <span key="d" className="line theirs soft">
          {each.description}
        </span>
      ),
      <span key="v" className="line theirs mono soft">
        {(each.variables ?? []).join(", ")}
      </span>,
      <span key="h" className="line mono dim">
        {(each.version ?? "").slice(0, 10)}
      </span>,
      each.runs ? count(each.runs) : "",
      each.calls ? count(each.calls) : "",
      each.failed ? (
        <span key="f" className="tone-bad">
          {count(each.failed)}
        </span>
      ) : (
        ""
      ),
      moment(each.changed_ms ?? 0, spoken),
    ][column];
  };
  return (
    <>
      <Bar title={<h1>{t.prompts}</h1>}>
        <FilterField
          id="prompts-filter"
          aria-label={t.filterPrompts}
          placeholder={`${t.filterPrompts}  /`}
          value={q}
          onChange={(event) => setQ(event.target.value)}
          style={{ width: 240 }}
        />
      </Bar>
      <div className="content">
        {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
        {!listed.data && listed.loading ? (
          <Loading />
        ) : shown.length === 0 ? (
          <Empty title={q ? t.noMatch : t.noPrompts}>{!q && <p>{t.noPromptsHow}</p>}</Empty>
        ) : (
          <Grid
            label={t.prompts}
            columns={columns}
            rows={shown.length}
            version={(row) => shown[row]?.name ?? ""}
            drawing={shown}
            cell={cell}
            cellClass={(row, column) => (column === 1 && shown[row]?.problem ? "error" : "")}
            at={at}
            onAt={setAt}
            onOpen={({ row }) => open(row)}
          />
        )}
        {listed.data?.more && <p className="notice plain">{t.morePrompts}</p>}
      </div>
    </>
  );
}
