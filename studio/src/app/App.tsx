/** The frame: navigation, the open page, the status line, and what floats above. Knows no page. */
import { type ComponentType, useEffect, useState } from "react";
import { ask } from "../api/client";
import { connection } from "../api/connection";
import { useLoaded } from "../api/load";
import { toldIn } from "../api/problem";
import { frame } from "../i18n/frame";
import { language, useLanguage, useWords } from "../i18n/words";
import mark from "../look/mark.svg";
import { turnTheme } from "../look/theme";
import { settingsProblem, useFiles } from "../state/project";
import { useStore } from "../state/store";
import { Boundary } from "../ui/Boundary";
import { Icon } from "../ui/Icon";
import { Keys } from "../ui/Kbd";
import { Loading } from "../ui/Told";
import { type Action, actions, useActions } from "./actions";
import { KeyList } from "./KeyList";
import { Link } from "./Link";
import { Palette } from "./Palette";
import { type Page, type PageProps, pageAt, pages } from "./pages";
import { navigate, usePlace } from "./router";
import { ToastList } from "./ToastList";
import { useTitle } from "./title";

type Shown = ComponentType<PageProps>;
const loaded = new Map<string, Shown>();

/**
 * A page's component once its chunk is there; what went wrong with it is thrown. No Suspense: what React has shown in the
 * place of a suspended page it keeps for 300 ms, however soon the page is there.
 */
function useComponent(page: Page): Shown | null {
  const [, setState] = useState<unknown>(null);
  useEffect(() => {
    if (loaded.has(page.id)) return;
    let wanted = true;
    page.load().then(
      (module) => {
        loaded.set(page.id, module.default);
        if (wanted) setState(page.id);
      },
      (error: unknown) => {
        if (wanted)
          setState(() => {
            throw error;
          });
      },
    );
    return () => {
      wanted = false;
    };
  }, [page]);
  return loaded.get(page.id) ?? null;
}

const groupWords = { build: "groupBuild", observe: "groupObserve", improve: "groupImprove" } as const;

const SETTINGS = "loomwork.toml";

/** Where the studio is; asked anew whenever the settings are written. */
function useStatus() {
  const status = useLoaded("status", (signal) => ask("status", {}, { signal }));
  const { data, reload } = status;
  useFiles((files) => {
    if (files.some((each) => each.path === SETTINGS)) reload();
  });
  useEffect(() => {
    if (data) settingsProblem.set(data.problem);
  }, [data]);
  return status;
}

/** On every page, as long as the settings cannot be read. */
function WrongSettings() {
  const t = useWords(frame);
  const problem = useStore(settingsProblem);
  const spoken = useLanguage();
  const told = problem && toldIn(problem, spoken);
  return (
    <div role="status">
      {told && (
        <div className="gone">
          <Icon name="warn" />
          <p className="theirs">
            {t.settingsWrong}: {[told.what, told.todo].filter(Boolean).join(" · ")}
          </p>
        </div>
      )}
    </div>
  );
}

function Side({ open }: { open: Page | undefined }) {
  const t = useWords(frame);
  const spoken = useLanguage();
  const status = useStatus();
  return (
    <nav className="side" aria-label={t.pages}>
      <div className="side-head">
        <img src={mark} alt="" />
        <span className="line theirs" title={status.data?.project}>
          {status.data?.project ?? "loomwork"}
        </span>
      </div>
      {(["build", "observe", "improve"] as const).map((group) => {
        const members = pages.filter((page) => page.group === group);
        if (members.length === 0) return null;
        return (
          <div key={group} role="group" aria-label={t[groupWords[group]]}>
            <div className="side-group" aria-hidden="true">
              {t[groupWords[group]]}
            </div>
            {members.map((page) => (
              <Link
                key={page.id}
                to={page.home}
                aria-current={page.id === open?.id ? "page" : undefined}
                title={page.label[spoken]}
              >
                <Icon name={page.icon} />
                <span>{page.label[spoken]}</span>
              </Link>
            ))}
          </div>
        );
      })}
      {status.data && <div className="side-foot">loomwork {status.data.version}</div>}
    </nav>
  );
}

function Status() {
  const t = useWords(frame);
  const offered = useStore(actions);
  const state = useStore(connection, (now) => now.state);
  return (
    <footer className="status">
      <ul className="status-keys">
        {offered
          .filter((each) => each.inStatus && each.keys)
          .sort((a, b) => Number(a.everywhere ?? false) - Number(b.everywhere ?? false))
          .map((each) => (
            <li key={each.id}>
              <Keys of={each.keys ?? ""} /> {each.label}
            </li>
          ))}
      </ul>
      <div className="status-end" data-connection={state}>
        <span className="dot round" style={{ background: state === "ok" ? "var(--ok)" : "var(--changed)" }} />
        {state === "ok" ? t.connected : t.goneShort}
      </div>
    </footer>
  );
}

function Gone() {
  const t = useWords(frame);
  const state = useStore(connection, (now) => now.state);
  return (
    <div role="status">
      {state === "lost" && (
        <div className="gone">
          <Icon name="warn" />
          {t.gone}
        </div>
      )}
    </div>
  );
}

function Nowhere() {
  const t = useWords(frame);
  useTitle(t.notHere);
  return (
    <div className="empty">
      <h1>{t.notHere}</h1>
      <Link className="button" to="/runs">
        {t.toFirst}
      </Link>
    </div>
  );
}

function Opened() {
  const { path } = usePlace();
  const at = pageAt(path);
  useEffect(() => {
    if (path === "/" && pages[0]) navigate(pages[0].home, { replace: true });
  }, [path]);
  if (path === "/") return null;
  if (!at) return <Nowhere />;
  return (
    <Boundary key={at.page.id}>
      <PageOf page={at.page} params={at.params} />
    </Boundary>
  );
}

function PageOf({ page, params }: { page: Page } & PageProps) {
  const Shown = useComponent(page);
  return Shown ? <Shown params={params} /> : <Loading />;
}

export function App() {
  const t = useWords(frame);
  const spoken = useLanguage();
  const { path } = usePlace();
  const [floating, setFloating] = useState<"" | "palette" | "keys">("");
  const offered: Action[] = [
    {
      id: "palette",
      label: t.palette,
      keys: "mod+k",
      everywhere: true,
      onlyKeys: true,
      run: () => setFloating("palette"),
    },
    { id: "keys", label: t.keys, keys: "?", everywhere: true, inStatus: true, run: () => setFloating("keys") },
    { id: "theme", label: t.theme, everywhere: true, run: turnTheme },
    {
      id: "language",
      label: t.otherLanguageLong,
      everywhere: true,
      run: () => language.set(spoken === "zh" ? "en" : "zh"),
    },
    ...pages.map((page) => ({
      id: `page-${page.id}`,
      label: page.label[spoken],
      hint: t.pages,
      everywhere: true,
      run: () => navigate(page.home),
    })),
  ];
  useActions(offered);
  return (
    <div className="frame">
      <Side open={pageAt(path)?.page} />
      <main className="main" id="main">
        <Gone />
        <WrongSettings />
        <Opened />
      </main>
      <Status />
      {floating === "palette" && <Palette onClose={() => setFloating("")} />}
      {floating === "keys" && <KeyList onClose={() => setFloating("")} />}
      <ToastList />
    </div>
  );
}
