/** Whether the server answers. Whatever asks it reports here; the frame shows it, and pages ask anew when it is back. */
import { createStore } from "../state/store";

export interface Connection {
  readonly state: "ok" | "lost";
  /** How often it came back: a dependency for what must be asked anew. */
  readonly returns: number;
}

export const connection = createStore<Connection>({ state: "ok", returns: 0 });
let timer: ReturnType<typeof setTimeout> | undefined;

export function answered(): void {
  clearTimeout(timer);
  timer = undefined;
  connection.set((now) => (now.state === "ok" ? now : { state: "ok", returns: now.returns + 1 }));
}

export function lost(): void {
  connection.set((now) => (now.state === "lost" ? now : { ...now, state: "lost" }));
  if (timer === undefined) knock(500);
}

function knock(wait: number): void {
  timer = setTimeout(async () => {
    try {
      await fetch("/api/status", { cache: "no-store" });
      answered();
    } catch {
      knock(Math.min(wait * 1.5, 5000));
    }
  }, wait);
}
