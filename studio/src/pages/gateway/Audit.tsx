/** The audit log: who did what to whom, and whether the chain of entries is whole. */
import { useEffect, useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { changeQuery, useQuery } from "../../app/router";
import { notifyProblem } from "../../app/toasts";
import { count, moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { FilterField } from "../../ui/Field";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { words } from "./words";

type Entry = Answer<"list_audit">["entries"][number];
const ACTIONS = ["key.", "budget.", "link.", "release.", "audit."] as const;
const FILTER = "audit-object";

export function Audit() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const [action] = useQuery("action");
  const [object] = useQuery("object");
  const asked = { action, object };
  const first = useLoaded(`audit ${action} ${object}`, (signal) => ask("list_audit", asked, { signal }));
  const chain = useLoaded("audit chain", (signal) => ask("check_audit", {}, { signal }));
  const [rest, setRest] = useState<{ entries: readonly Entry[]; next: number } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another first page begins another list
  useEffect(() => setRest(null), [first.data]);
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const entries = [...(first.data?.entries ?? []), ...(rest?.entries ?? [])];
  const next = rest?.next ?? first.data?.next ?? 0;
  const further = (): void => {
    ask("list_audit", { ...asked, before: next }).then(
      (page) => setRest({ entries: [...(rest?.entries ?? []), ...page.entries], next: page.next }),
      (error: unknown) => notifyProblem(error),
    );
  };
  useActions([
    { id: "audit-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    {
      id: "audit-filter",
      label: t.filter,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById(FILTER)?.focus(),
    },
    ...(next ? [{ id: "audit-more", label: t.older, keys: "m", inStatus: true, run: further }] : []),
  ]);
  const columns: GridColumn[] = [
    { key: "when", head: t.when, width: 130, frozen: true },
    { key: "n", head: t.entry, width: 70, align: "end" },
    { key: "actor", head: t.actor, width: 130, grow: 1 },
    { key: "action", head: t.action, width: 120 },
    { key: "object", head: t.object, width: 180, grow: 1 },
    { key: "said", head: t.said, width: 240, grow: 3 },
  ];
  const broken = chain.data?.broken_at ?? null;
  const cell = (row: number, column: number) => {
    const each = entries[row];
    if (!each) return null;
    const texts = [moment(each.at_ms, spoken), each.n, each.actor, each.action, each.object, told(each.said)];
    return <span className={`line theirs${each.n === broken ? " tone-bad" : ""}`}>{texts[column]}</span>;
  };
  return (
    <div className="content">
      <div className="list-tools gate-tools">
        <select
          className="input"
          aria-label={t.action}
          value={action}
          onChange={(event) => changeQuery({ action: event.target.value })}
        >
          <option value="">{t.anyAction}</option>
          {[...new Set([...ACTIONS, ...(action ? [action] : [])])].map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        <FilterField
          id={FILTER}
          aria-label={t.object}
          placeholder={t.object}
          defaultValue={object}
          key={object}
          onBlur={(event) => changeQuery({ object: event.target.value.trim() })}
        />
      </div>
      <div className="gate-chain" role="status">
        {chain.problem && <ProblemNote problem={chain.problem} onAgain={chain.reload} />}
        {chain.data && (
          <>
            <span className={broken === null ? "tone-good" : "tone-bad"}>
              {broken === null ? t.whole(count(chain.data.entries)) : t.broken(broken, chain.data.detail)}
            </span>
            <span className="mono dim theirs gate-hash">{t.end(chain.data.hash)}</span>
            <Button className="small" onClick={chain.reload}>
              {t.checkAgain}
            </Button>
          </>
        )}
      </div>
      {first.problem && <ProblemNote problem={first.problem} onAgain={first.reload} />}
      {!first.data && first.loading && <Loading />}
      {first.data && entries.length === 0 && <Empty title={t.noEntries} />}
      {entries.length > 0 && (
        <Grid
          label={t.audit}
          columns={columns}
          rows={entries.length}
          rowKey={(row) => entries[row]?.n ?? row}
          version={(row) => entries[row]?.hash ?? row}
          drawing={`${spoken} ${broken}`}
          cell={cell}
          at={at}
          onAt={setAt}
        />
      )}
      {next > 0 && (
        <div className="list-line">
          <Button onClick={further}>{t.older}</Button>
        </div>
      )}
    </div>
  );
}

const told = (said: unknown): string => (typeof said === "string" ? said : JSON.stringify(said));
