/** Dark, light, or as the system has it. */
import { createKept } from "../state/kept";

export type Theme = "system" | "dark" | "light";

const isTheme = (value: unknown): value is Theme => value === "system" || value === "dark" || value === "light";
export const theme = createKept<Theme>("theme", "system", isTheme);

function apply(): void {
  const root = document.documentElement;
  if (theme.get() === "system") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme.get());
}

export function startTheme(): void {
  apply();
  theme.subscribe(apply);
}

/** The next of the three. */
export function turnTheme(): void {
  theme.set((now) => (now === "system" ? "dark" : now === "dark" ? "light" : "system"));
}

export const isStill = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A colour token as the browser has it now: for what is drawn on a canvas. */
export function colourOf(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
