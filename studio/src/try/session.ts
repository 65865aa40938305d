/** Which conversation this page shows: its name stands in the address, so that a reload finds it. Knows no conversation. */
import { type Kept, talk } from "./api";
import { randomName } from "./dom";

const NAME = /^[0-9a-f]{24}$/;
const KEY = "talk";

export interface Found {
  readonly session: string;
  readonly turns: readonly Kept[];
}

/** The conversation in the address, where the server knows it as this visitor's; else a new one. */
export async function found(): Promise<Found> {
  const session = new URLSearchParams(location.search).get(KEY) ?? "";
  if (NAME.test(session)) {
    const { turns } = await talk(session).catch(() => ({ turns: [] }));
    if (turns.length) return { session, turns };
  }
  leave();
  return { session: randomName(), turns: [] };
}

/** The address names the conversation from now on. */
export function keep(session: string): void {
  const query = new URLSearchParams(location.search);
  if (query.get(KEY) === session) return;
  query.set(KEY, session);
  history.replaceState(null, "", `${location.pathname}?${query}`);
}

/** A new conversation, whose name stands in the address once something was asked. */
export function leave(): string {
  const query = new URLSearchParams(location.search);
  query.delete(KEY);
  const rest = query.toString();
  history.replaceState(null, "", location.pathname + (rest ? `?${rest}` : ""));
  return randomName();
}
