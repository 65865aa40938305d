/** The requests behind a point: a list by what they were, each with its trace. */
import { useEffect, useMemo, useState } from "react";
import { type Answer, type Asked as AskedOf, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, changeQuery, navigate, usePlace } from "../../app/router";
import { useTitle } from "../../app/title";
import { notifyProblem } from "../../app/toasts";
import { count, duration, moment, money } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { CaseDialog } from "../../ui/trace/CaseDialog";
import { words } from "./words";

type Line = Answer<"list_requests">["requests"][number];
const FILTERS = [
  "served", "model", "key", "release", "user", "session", "status", "error", "cached", "min_ms", "flag", "rated",
] as const; // biome-ignore format: a row of names
const BAD = 400;

export function RequestsPage() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const { query } = usePlace();
  const given = useMemo(() => new URLSearchParams(query), [query]);
  const asked = useMemo(() => {
    const found: Record<string, string> = { since_ms: given.get("since") ?? "", until_ms: given.get("until") ?? "" };
    for (const each of FILTERS) if (given.get(each)) found[each] = given.get(each) ?? "";
    return found as unknown as AskedOf<"list_requests">;
  }, [given]);
  const first = useLoaded(`requests ${query}`, (signal) => ask("list_requests", asked, { signal }));
  const [rest, setRest] = useState<{ requests: readonly Line[]; next: string } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another first page begins another list
  useEffect(() => setRest(null), [first.data]);
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const [cased, setCased] = useState<Line | null>(null);
  useTitle(t.requests);
  const lines = [...(first.data?.requests ?? []), ...(rest?.requests ?? [])];
  const next = rest?.next ?? first.data?.next ?? "";
  const further = (): void => {
    ask("list_requests", { ...asked, before: next }).then(
      (page) => setRest({ requests: [...(rest?.requests ?? []), ...page.requests], next: page.next }),
      (error: unknown) => notifyProblem(error),
    );
  };
  const back = (): void => navigate("/monitor");
  useActions([
    { id: "requests-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "requests-open", label: t.openTrace, keys: "Enter", inStatus: true },
    {
      id: "requests-case",
      label: t.makeCase,
      keys: "c",
      inStatus: true,
      run: () => setCased(lines[at.row] ?? null),
    },
    { id: "requests-back", label: t.toMonitor, keys: "Escape", inStatus: true, run: back },
    ...(next ? [{ id: "requests-more", label: t.further, keys: "m", inStatus: true, run: further }] : []),
  ]);
  const columns: GridColumn[] = [
    { key: "time", head: t.time, width: 120, frozen: true },
    { key: "served", head: t.served, width: 150, grow: 1 },
    { key: "status", head: t.status, width: 70 },
    { key: "error", head: t.error, width: 120, grow: 1 },
    { key: "model", head: t.model, width: 120, grow: 1 },
    { key: "key", head: t.key, width: 100 },
    { key: "user", head: t.user, width: 100, grow: 1 },
    { key: "total", head: t.total, width: 90 },
    { key: "first", head: t.first, width: 90 },
    { key: "tokens", head: t.tokens, width: 80 },
    { key: "cost", head: t.cost, width: 90 },
    { key: "cached", head: t.cached, width: 90 },
    { key: "case", head: t.case, width: 110 },
  ];
  const cell = (row: number, column: number) => {
    const each = lines[row];
    if (!each) return null;
    const texts = [
      moment(each.at_ms, spoken),
      each.served,
      null,
      each.error,
      each.model,
      each.key_label,
      each.user,
      duration(each.total_ms),
      each.first_ms === null ? "" : duration(each.first_ms),
      count(each.input_tokens + each.output_tokens),
      each.cost_micros === null ? "" : money({ [each.currency]: each.cost_micros / 1e6 }),
      each.degraded ? t.degraded : each.cached,
    ];
    if (column === columns.length - 1)
      return (
        <Button className="small" tabIndex={-1} onClick={() => setCased(each)}>
          {t.makeCase}
        </Button>
      );
    if (column === 2) return <span className={`chip ${each.status >= BAD ? "error" : "ok"}`}>{each.status}</span>;
    return <span className="line theirs">{texts[column]}</span>;
  };
  const since = Number(given.get("since"));
  const until = Number(given.get("until"));
  return (
    <>
      <Bar title={<h1>{t.requests}</h1>}>
        <Link className="button" to="/monitor">
          {t.monitor}
        </Link>
      </Bar>
      <div className="content">
        <div className="list-line mon-chips">
          {since > 0 && until > 0 && (
            <span className="dim">{t.between(moment(since, spoken), moment(until, spoken))}</span>
          )}
          {FILTERS.filter((each) => given.get(each)).map((each) => (
            <Button key={each} className="small" title={t.without(each)} onClick={() => changeQuery({ [each]: "" })}>
              <span className="theirs">{`${each}: ${given.get(each)} ×`}</span>
            </Button>
          ))}
        </div>
        {first.problem && <ProblemNote problem={first.problem} onAgain={first.reload} />}
        {!first.data && first.loading && <Loading />}
        {first.data && lines.length === 0 && <Empty title={t.noRequests} />}
        {lines.length > 0 && (
          <Grid
            label={t.requests}
            columns={columns}
            rows={lines.length}
            rowKey={(row) => lines[row]?.trace ?? row}
            version={(row) => lines[row]?.trace ?? row}
            drawing={spoken}
            cell={cell}
            at={at}
            onAt={setAt}
            onOpen={({ row }) => {
              const each = lines[row];
              if (each) navigate(address("/traces/:trace", { trace: each.trace }));
            }}
          />
        )}
        {cased && <CaseDialog trace={cased.trace} failed={cased.status >= BAD} onClose={() => setCased(null)} />}
        {next && (
          <div className="list-line">
            <Button onClick={further}>{t.further}</Button>
          </div>
        )}
      </div>
    </>
  );
}
