/** The top bar of a page: its title, its own controls, then what every page has. */
import type { ReactNode } from "react";
import { frame } from "../i18n/frame";
import { language, useLanguage, useWords } from "../i18n/words";
import { theme, turnTheme } from "../look/theme";
import { useStore } from "../state/store";
import { Button } from "../ui/Button";
import { actions, shownKey } from "./actions";

const icons = { system: "half", dark: "moon", light: "sun" } as const;
const words = { system: "themeSystem", dark: "themeDark", light: "themeLight" } as const;

export function Bar({ title, children }: { title: ReactNode; children?: ReactNode }) {
  const t = useWords(frame);
  const spoken = useLanguage();
  const chosen = useStore(theme);
  const openPalette = (): void =>
    actions
      .get()
      .find((each) => each.id === "palette")
      ?.run?.();
  return (
    <header className="bar">
      <div className="bar-title grow">{title}</div>
      {children}
      <Button icon={icons[chosen]} label={`${t.theme}: ${t[words[chosen]]}`} onClick={turnTheme} />
      <Button
        title={t.otherLanguageLong}
        lang={spoken === "zh" ? "en" : "zh"}
        onClick={() => language.set(spoken === "zh" ? "en" : "zh")}
      >
        {t.otherLanguage}
      </Button>
      <Button onClick={openPalette} title={t.palette}>
        <span className="unseen">{t.palette}</span>
        {shownKey("mod+k").join(" ")}
      </Button>
    </header>
  );
}
