/** The keys: a list with what is spent of each; the chosen one beside it. */
import { useState } from "react";
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { changeQuery, useQuery } from "../../app/router";
import { count, moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { CheckField } from "../../ui/Field";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { BudgetBar } from "./BudgetBar";
import { KeyPanel } from "./KeyPanel";
import { MakeKey } from "./MakeKey";
import { Once } from "./Once";
import { words } from "./words";

export type Key = Answer<"get_key">;
export const TONES = { active: "ok", expired: "", revoked: "error" } as const;

export function Keys() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const [all] = useQuery("all");
  const [chosen] = useQuery("key");
  const [isNew] = useQuery("new");
  const listed = useLoaded(`keys ${all}`, (signal) => ask("list_keys", { all: all === "1" }, { signal }));
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const [secret, setSecret] = useState("");
  const keys = listed.data?.keys ?? [];
  const open = (row: number): void => {
    const key = keys[row]?.id;
    if (key) changeQuery({ key });
  };
  const step = (by: number): void => {
    const row = Math.max(0, Math.min(keys.length - 1, at.row + by));
    setAt({ ...at, row });
    if (chosen) open(row);
  };
  const make = (): void => changeQuery({ new: "1" });
  const made = (shown: string): void => {
    setSecret(shown);
    listed.reload();
  };
  useActions([
    { id: "keys-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "keys-j", label: f.move, keys: "j", onlyKeys: true, run: () => step(1) },
    { id: "keys-k", label: f.move, keys: "k", onlyKeys: true, run: () => step(-1) },
    { id: "keys-open", label: f.open, keys: "Enter", inStatus: true, run: () => open(at.row) },
    { id: "keys-new", label: t.newKey, keys: "n", inStatus: true, run: make },
  ]);
  const columns: GridColumn[] = [
    { key: "name", head: t.name, width: 150, grow: 1, frozen: true },
    { key: "state", head: t.state, width: 80 },
    { key: "owner", head: t.owner, width: 110, grow: 1 },
    { key: "ending", head: t.secrets, width: 90 },
    { key: "scopes", head: t.scopes, width: 150, grow: 1 },
    { key: "models", head: t.models, width: 130, grow: 1 },
    { key: "spent", head: t.spent, width: 180, grow: 1 },
    { key: "used", head: t.used, width: 120 },
    { key: "expires", head: t.expires, width: 120 },
  ];
  const cell = (row: number, column: number) => {
    const each = keys[row];
    if (!each) return null;
    const { budgets } = each;
    const tightest = [...budgets].sort((a, b) => b.spent / b.most - a.spent / a.most)[0];
    if (column === 1) return <span className={`chip ${TONES[each.state]}`}>{t[each.state]}</span>;
    if (column === 6) return tightest ? <BudgetBar budget={tightest} short /> : <span className="dim">–</span>;
    const texts = [
      each.name || each.id,
      null,
      each.owner,
      each.secrets.map(({ ending }) => `…${ending}`).join(" "),
      each.scopes.join(", "),
      each.models.join(", ") || t.anything,
      null,
      each.used_ms === null ? t.usedNever : moment(each.used_ms, spoken),
      each.expires_ms === null ? t.never : moment(each.expires_ms, spoken),
    ];
    return <span className="line theirs">{texts[column]}</span>;
  };
  return (
    <div className="split">
      <div className="content">
        <div className="list-tools gate-tools">
          <Button primary icon="plus" onClick={make}>
            {t.newKey}
          </Button>
          {(listed.data?.ended ?? 0) > 0 && (
            <CheckField
              label={t.withEnded(count(listed.data?.ended ?? 0))}
              checked={all === "1"}
              onChange={(event) => changeQuery({ all: event.target.checked ? "1" : "" })}
            />
          )}
        </div>
        {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
        {!listed.data && listed.loading && <Loading />}
        {listed.data && keys.length === 0 && (
          <Empty title={t.none}>
            <p>{t.noneHow}</p>
          </Empty>
        )}
        {keys.length > 0 && (
          <Grid
            label={t.keys}
            columns={columns}
            rows={keys.length}
            rowKey={(row) => keys[row]?.id ?? row}
            version={(row) => keys[row]?.id ?? row}
            drawing={`${spoken} ${JSON.stringify(keys)}`}
            cell={cell}
            at={at}
            onAt={setAt}
            onOpen={({ row }) => open(row)}
            isOpen={chosen !== ""}
          />
        )}
        {listed.data?.more && <p className="notice">{t.more}</p>}
      </div>
      {chosen && (
        <KeyPanel
          key={chosen}
          id={chosen}
          onSecret={made}
          onChanged={listed.reload}
          onClose={() => changeQuery({ key: "" })}
        />
      )}
      {isNew && listed.data && (
        <MakeKey
          known={listed.data}
          onMade={(key, shown) => {
            changeQuery({ new: "", key });
            made(shown);
          }}
          onClose={() => changeQuery({ new: "" })}
        />
      )}
      {secret && <Once secret={secret} onClose={() => setSecret("")} />}
    </div>
  );
}
