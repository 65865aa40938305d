/** The case board: failing rows that are looked after, by how far they are. */
import { useMemo, useRef, useState } from "react";
import { type Answer, ask, located } from "../../api/client";
import { useLoaded } from "../../api/load";
import { type Action, useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { changeQuery, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { notify, notifyProblem } from "../../app/toasts";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { cases } from "../../state/project";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { FilterField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { Board } from "./Board";
import { allowed, FOLDED, type Moved, matching, neighbour, placeOf, SHOWN } from "./board";
import { CasePanel } from "./CasePanel";
import { words } from "./words";
import "../../look/lists.css";
import "./cases.css";

type Whole = Answer<"get_case">;

export default function CasesPage() {
  const t = useWords(words);
  const f = useWords(frame);
  const [q, setQ] = useQuery("q");
  const [target, setTarget] = useQuery("target");
  const [owner, setOwner] = useQuery("owner");
  const [closed, setClosed] = useQuery("closed");
  const [chosen] = useQuery("case");
  // Runs settle cases when they end; others may write notes.
  const became = useStore(cases);
  const board = useLoaded(
    `cases ${target} ${owner}`,
    (signal) => ask("list_cases", { target, owner }, { signal }),
    became,
  );
  const [now, setNow] = useState(0);
  const [version, setVersion] = useState(0);
  const panel = useRef<HTMLDivElement>(null);
  useTitle(t.cases);

  const { data } = board;
  const columns = useMemo(() => {
    const wanted = closed ? [...SHOWN, ...FOLDED] : SHOWN;
    const found = wanted.map((status) => ({
      status,
      cases: data?.columns.find((each) => each.status === status)?.cases ?? [],
    }));
    return matching(found, q);
  }, [data, closed, q]);
  const first = columns.find((each) => each.cases.length > 0)?.cases[0]?.number ?? 0;
  const at = placeOf(columns, now) ? now : placeOf(columns, Number(chosen)) ? Number(chosen) : first;
  const place = placeOf(columns, at);
  const card = place ? columns[place.column]?.cases[place.row] : undefined;

  const focus = (number: number): void => {
    setNow(number);
    if (chosen && number) changeQuery({ case: number });
    requestAnimationFrame(() => document.getElementById(`case-${number}`)?.focus());
  };
  const open = (number: number): void => {
    setNow(number);
    changeQuery({ case: number }, { push: !chosen });
  };
  const leave = (): void => {
    changeQuery({ case: "" });
    requestAnimationFrame(() => document.getElementById(`case-${at}`)?.focus());
  };
  const changed = (whole: Whole): void => {
    setVersion((n) => n + 1);
    board.reload();
    notify("ok", t.now(whole.case.number, t[whole.case.status]));
  };
  const move = async (status: Moved | null): Promise<void> => {
    if (!card) return;
    if (!status || !allowed(card.status).includes(status)) {
      notify("plain", t.onlyRuns);
      return;
    }
    try {
      changed(await ask("move_case", { number: card.number }, { status }));
      setNow(card.number);
      if (FOLDED.includes(status) && !closed) setNow(0);
    } catch (error) {
      notifyProblem(error);
    }
  };
  /** Open the case, and go to a field of it. */
  const write = (field: "owner" | "note"): void => {
    if (!card) return;
    open(card.number);
    const reach = (tries: number): void => {
      const found = document.getElementById(`case-${field}`);
      if (found) found.focus();
      else if (tries > 0) requestAnimationFrame(() => reach(tries - 1));
    };
    requestAnimationFrame(() => reach(120));
  };
  const save = (numbers: string): void => {
    const link = document.createElement("a");
    link.href = located("export_cases", { numbers, target }).url;
    link.download = "";
    link.click();
  };
  const offered: Action[] = [
    { id: "cases-move", label: f.move, keys: "ArrowUp ArrowDown ArrowLeft ArrowRight", inStatus: true },
    { id: "cases-open", label: t.openCase, keys: "Enter", inStatus: true },
    { id: "cases-triage", label: t.triage, keys: "t", inStatus: true, run: () => void move("triaged") },
    { id: "cases-close", label: t.close, keys: "c", inStatus: true, run: () => void move("closed") },
    { id: "cases-wontfix", label: t.wontFix, keys: "w", run: () => void move("wontfix") },
    { id: "cases-reopen", label: t.reopen, keys: "o", inStatus: true, run: () => void move("open") },
    { id: "cases-on", label: t.moveOn, keys: "]", run: () => void move(card ? neighbour(card.status, "on") : null) },
    {
      id: "cases-back",
      label: t.moveBack,
      keys: "[",
      run: () => void move(card ? neighbour(card.status, "back") : null),
    },
    { id: "cases-note", label: t.note, keys: "n", inStatus: true, run: () => write("note") },
    { id: "cases-assign", label: t.assign, keys: "a", inStatus: true, run: () => write("owner") },
    {
      id: "cases-filter",
      label: t.filterCases,
      keys: "/",
      inStatus: true,
      run: () => document.getElementById("cases-filter")?.focus(),
    },
    { id: "cases-closed", label: t.toggleClosed, run: () => setClosed(closed ? "" : "1") },
    { id: "cases-export", label: t.export, keys: "e", run: () => card && save(String(card.number)) },
    { id: "cases-export-all", label: t.exportAll, run: () => save("") },
    ...(chosen ? [{ id: "cases-leave", label: f.close, keys: "Escape", inStatus: true, run: leave }] : []),
  ];
  useActions(offered);

  const folded = FOLDED.reduce(
    (sum, each) => sum + (data?.columns.find((one) => one.status === each)?.cases.length ?? 0),
    0,
  );
  const all = data?.columns.reduce((sum, each) => sum + each.cases.length, 0) ?? 0;
  const isFiltered = Boolean(q || target || owner);
  return (
    <>
      <Bar title={<h1>{t.cases}</h1>}>
        <FilterField
          id="cases-filter"
          aria-label={t.filterCases}
          placeholder={`${t.filterCases}  /`}
          value={q}
          onChange={(event) => setQ(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== "Escape") return;
            event.preventDefault();
            event.currentTarget.blur();
            focus(at);
          }}
          style={{ width: 200 }}
        />
        <Choice label={t.target} none={t.allTargets} value={target} of={data?.targets ?? []} onChange={setTarget} />
        <Choice label={t.owner} none={t.allOwners} value={owner} of={data?.owners ?? []} onChange={setOwner} />
        <Button aria-pressed={closed === "1"} onClick={() => setClosed(closed ? "" : "1")}>
          {closed ? t.hideClosed : t.showClosed(folded)}
        </Button>
        <a className="button" href={located("export_cases", { numbers: "", target }).url} download="">
          <Icon name="save" size={14} />
          {t.exportAll}
        </a>
      </Bar>
      <div className="split">
        <div className="content">
          {board.problem && <ProblemNote problem={board.problem} onAgain={board.reload} />}
          {!data && board.loading && <Loading />}
          {data && !data.complete && <p className="notice">{t.more}</p>}
          {data && all === 0 && !isFiltered && (
            <Empty title={t.none}>
              <p>{t.noneHow}</p>
            </Empty>
          )}
          {data && (all > 0 || isFiltered) && first === 0 && (folded === 0 || isFiltered) && (
            <Empty title={t.nothing}>
              <Button onClick={() => changeQuery({ q: "", target: "", owner: "" })}>{t.clear}</Button>
            </Empty>
          )}
          {data && (first > 0 || (all > 0 && !isFiltered)) && (
            <Board columns={columns} at={at} chosen={Number(chosen)} onAt={focus} onOpen={open} onLeave={leave} />
          )}
        </div>
        {chosen && (
          <div ref={panel} className="case-panel">
            <CasePanel
              key={chosen}
              number={Number(chosen)}
              version={`${version} ${became}`}
              owners={data?.owners ?? []}
              onMove={(status) => void move(status)}
              onChanged={changed}
              onClose={leave}
            />
          </div>
        )}
      </div>
    </>
  );
}

interface ChoiceProps {
  label: string;
  none: string;
  value: string;
  of: readonly string[];
  onChange: (value: string) => void;
}

function Choice({ label, none, value, of, onChange }: ChoiceProps) {
  return (
    <select className="input" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{none}</option>
      {of.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
      {value && !of.includes(value) && <option value={value}>{value}</option>}
    </select>
  );
}
