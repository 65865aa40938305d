/** One key: what it may, what is spent, its secrets' endings; rotate, revoke, set budgets. */
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Problem, problemOf } from "../../api/problem";
import { useActions } from "../../app/actions";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { notify } from "../../app/toasts";
import { moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Panel, Section } from "../../ui/Panel";
import { Loading, ProblemNote } from "../../ui/Told";
import { amountOf, BudgetBar } from "./BudgetBar";
import { type Key, TONES } from "./Keys";
import { Lines, pieces } from "./MakeKey";
import { words } from "./words";

interface Props {
  id: string;
  onSecret: (secret: string) => void;
  onChanged: () => void;
  onClose: () => void;
}

export function KeyPanel({ id, onSecret, onChanged, onClose }: Props) {
  const t = useWords(words);
  const f = useWords(frame);
  const loaded = useLoaded(`key ${id}`, (signal) => ask("get_key", { key: id }, { signal }));
  const [doing, setDoing] = useState<"" | "rotate" | "revoke" | "budget">("");
  const key = loaded.data;
  const ends = key?.state === "revoked";
  const done = (): void => {
    setDoing("");
    loaded.reload();
    onChanged();
  };
  const close = (): void => setDoing("");
  useActions([
    { id: "key-close", label: f.close, keys: "Escape", inStatus: true, run: onClose },
    ...(key && !ends
      ? [
          { id: "key-rotate", label: t.rotate, keys: "o", run: () => setDoing("rotate") },
          { id: "key-budget", label: t.setBudget, keys: "b", run: () => setDoing("budget") },
          { id: "key-revoke", label: t.revoke, run: () => setDoing("revoke") },
        ]
      : []),
  ]);
  return (
    <Panel
      label={t.key}
      subject={id}
      onClose={onClose}
      head={
        <>
          <h2 className="line theirs">{key?.name || id}</h2>
          {key && <span className={`chip ${TONES[key.state]}`}>{t[key.state]}</span>}
        </>
      }
      foot={
        key && !ends ? (
          <>
            <Button onClick={() => setDoing("rotate")}>{t.rotate}</Button>
            <Button onClick={() => setDoing("budget")}>{t.setBudget}</Button>
            <Button danger onClick={() => setDoing("revoke")}>
              {t.revoke}
            </Button>
          </>
        ) : undefined
      }
    >
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {!key && loaded.loading && <Loading />}
      {key && <Facts of={key} />}
      {key && doing === "rotate" && (
        <Rotate
          id={id}
          onDone={(secret) => {
            done();
            onSecret(secret);
          }}
          onClose={close}
        />
      )}
      {key && doing === "revoke" && <Revoke of={key} onDone={done} onClose={close} />}
      {key && doing === "budget" && <SetBudgets of={key} onDone={done} onClose={close} />}
    </Panel>
  );
}

function Facts({ of }: { of: Key }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const when = (ms: number | null, none: string): string => (ms === null ? none : moment(ms, spoken));
  const facts: [string, string][] = [
    [t.key, of.id],
    [t.owner, of.owner || "–"],
    [t.groups, of.groups.join(", ") || "–"],
    [t.scopes, of.scopes.join(", ")],
    [t.models, of.models.join(", ") || t.anything],
    [t.label, of.label || "–"],
    [t.limits, of.limits.join(", ") || "–"],
    [t.made, moment(of.made_ms, spoken)],
    [t.expires, when(of.expires_ms, t.never)],
    [t.used, when(of.used_ms, t.usedNever)],
  ];
  return (
    <>
      <dl className="gate-facts">
        {facts.map(([name, told]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="theirs">{told}</dd>
          </div>
        ))}
      </dl>
      <Section title={t.budgets}>
        {of.budgets.length === 0 && <p className="dim">{t.noBudget}</p>}
        {of.budgets.map((each) => (
          <div key={`${each.holder} ${each.text}`} className="gate-one">
            <BudgetBar budget={each} />
            {each.holder.startsWith("owner:") && <p className="dim theirs">{t.ofOwner(of.owner)}</p>}
            {each.held > 0 && <p className="dim">{t.held(amountOf(each.held, each.unit))}</p>}
          </div>
        ))}
      </Section>
      <Section title={t.secrets}>
        <ul className="gate-secrets">
          {of.secrets.map((each) => (
            <li key={`${each.ending} ${each.made_ms}`}>
              <span className="mono">{t.secret(each.ending)}</span>{" "}
              <span className="dim">
                {moment(each.made_ms, spoken)} ·{" "}
                {each.expires_ms === null ? t.newest : t.until(moment(each.expires_ms, spoken))}
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <p className="gate-links">
        <Link to={address("/monitor/requests", {}, { key: of.id })}>{t.requests}</Link>
        <Link to={address("/gateway/audit", {}, { object: `key:${of.id}` })}>{t.log}</Link>
      </p>
    </>
  );
}

/** A small form that does one thing, and says why it did not. */
function Doing(props: {
  title: string;
  yes: string;
  danger?: boolean;
  run: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}) {
  const { title, yes, danger = false, run, onClose, children } = props;
  const f = useWords(frame);
  const form = useId();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      await run();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide={460}
      foot={
        <>
          <Button onClick={onClose}>{f.cancel}</Button>
          <Button primary={!danger} danger={danger} type="submit" form={form} disabled={busy}>
            {yes}
          </Button>
        </>
      }
    >
      <form id={form} className="gate-form" onSubmit={(event) => void submit(event)}>
        {problem && <ProblemNote problem={problem} />}
        {children}
      </form>
    </Dialog>
  );
}

function Rotate({ id, onDone, onClose }: { id: string; onDone: (secret: string) => void; onClose: () => void }) {
  const t = useWords(words);
  const [overlap, setOverlap] = useState("24h");
  const run = async (): Promise<void> =>
    onDone((await ask("rotate_key", { key: id }, { overlap: overlap.trim() })).secret);
  return (
    <Doing title={t.rotate} yes={t.rotate} run={run} onClose={onClose}>
      <p className="soft">{t.rotateHow}</p>
      <TextField
        label={t.overlap}
        hint={t.overlapHint}
        value={overlap}
        onChange={(event) => setOverlap(event.target.value)}
      />
    </Doing>
  );
}

function Revoke({ of, onDone, onClose }: { of: Key; onDone: () => void; onClose: () => void }) {
  const t = useWords(words);
  const run = async (): Promise<void> => {
    await ask("revoke_key", { key: of.id });
    notify("ok", t.wasRevoked);
    onDone();
  };
  return (
    <Doing title={t.revoke} yes={t.revokeYes} danger run={run} onClose={onClose}>
      <p className="theirs">{t.revokeHow(of.name || of.id)}</p>
    </Doing>
  );
}

function SetBudgets({ of, onDone, onClose }: { of: Key; onDone: () => void; onClose: () => void }) {
  const t = useWords(words);
  const written = (holder: string): string =>
    of.budgets
      .filter((each) => each.holder.startsWith(holder))
      .map((each) => each.text.replace(" ", ""))
      .join("\n");
  const before = { own: written("key:"), owners: written("owner:") };
  const [own, setOwn] = useState(before.own);
  const [owners, setOwners] = useState(before.owners);
  const run = async (): Promise<void> => {
    if (own !== before.own) await ask("set_budget", { key: of.id }, { budgets: pieces(own), owner: false });
    if (owners !== before.owners) await ask("set_budget", { key: of.id }, { budgets: pieces(owners), owner: true });
    onDone();
  };
  return (
    <Doing title={t.setBudget} yes={t.save} run={run} onClose={onClose}>
      <p className="soft">{t.budgetHow}</p>
      <Lines label={t.budgetKey} hint={t.budgetHint} value={own} onChange={(event) => setOwn(event.target.value)} />
      {of.owner && (
        <Lines
          label={t.budgetOwner(of.owner)}
          hint={t.ofOwner(of.owner)}
          value={owners}
          onChange={(event) => setOwners(event.target.value)}
        />
      )}
    </Doing>
  );
}
