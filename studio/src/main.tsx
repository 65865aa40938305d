import "./look/fonts.css";
import "./look/tokens.css";
import "./look/base.css";
import "./look/frame.css";
import "./look/controls.css";
import "./look/table.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startKeys } from "./app/actions";
import { language } from "./i18n/words";
import { startTheme } from "./look/theme";
import { startProject } from "./state/project";

function speak(): void {
  document.documentElement.lang = language.get();
}

startTheme();
speak();
language.subscribe(speak);
startKeys();
startProject();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
