/**
 * What somebody wrote and has not saved, kept in this browser until it is saved or thrown away: one place for every
 * editor. Knows no page and no API call.
 *
 * Each draft is an entry of its own in the browser's storage, so two tabs do not write over each other's. What the
 * storage does not take is kept as long as the page is open, and the browser asks before it closes the page.
 */
const PREFIX = "loomwork.draft.";
const MOST = 40;

type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

interface Entry {
  readonly at: number;
  readonly value: unknown;
}

/** Of drafts that no storage holds: by their whole name. */
const held = new Map<string, unknown>();

function shelfHere(): Shelf | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function names(shelf: Shelf, prefix: string): string[] {
  const found = Array.from({ length: shelf.length }, (_, i) => shelf.key(i) ?? "");
  return found.filter((name) => name.startsWith(prefix));
}

function entryOf(shelf: Shelf, name: string): Entry | null {
  try {
    const read = JSON.parse(shelf.getItem(name) ?? "null") as Partial<Entry> | null;
    return read && typeof read.at === "number" ? { at: read.at, value: read.value } : null;
  } catch {
    return null;
  }
}

/** The oldest of a kind go where there are too many. */
function tidied(shelf: Shelf, prefix: string): void {
  const all = names(shelf, prefix);
  if (all.length <= MOST) return;
  const byAge = all.map((name) => ({ name, at: entryOf(shelf, name)?.at ?? 0 })).sort((a, b) => a.at - b.at);
  for (const { name } of byAge.slice(0, all.length - MOST)) shelf.removeItem(name);
}

export interface Drafts<T> {
  /** What was kept of a thing; null: nothing. */
  get(of: string): T | null;
  keep(of: string, value: T): void;
  /** It was saved, or thrown away. */
  drop(of: string): void;
}

/** Drafts of one kind, by the name of what they are drafts of. */
export function createDrafts<T>(
  kind: string,
  isValid: (value: unknown) => value is T,
  shelf: () => Shelf | null = shelfHere,
  now: () => number = Date.now,
): Drafts<T> {
  const nameOf = (of: string): string => `${PREFIX}${kind} ${of}`;
  return {
    get(of) {
      const name = nameOf(of);
      const place = shelf();
      const value = held.has(name) ? held.get(name) : place && entryOf(place, name)?.value;
      return value !== undefined && value !== null && isValid(value) ? value : null;
    },
    keep(of, value) {
      const name = nameOf(of);
      const place = shelf();
      try {
        if (!place) throw new Error("this browser keeps nothing");
        place.setItem(name, JSON.stringify({ at: now(), value }));
        held.delete(name);
        tidied(place, nameOf(""));
      } catch {
        held.set(name, value);
      }
    },
    drop(of) {
      held.delete(nameOf(of));
      shelf()?.removeItem(nameOf(of));
    },
  };
}

/** Whether closing the page now would lose a draft. */
export const wouldLose = (): boolean => held.size > 0;

if (typeof window !== "undefined") {
  window.addEventListener("beforeunload", (event) => {
    if (wouldLose()) event.preventDefault();
  });
}

/** A text against what it was begun from. */
export interface KeptText {
  readonly text: string;
  /** What the file said, and its digest then. */
  readonly base: string;
  readonly digest: string;
}

const isText = (value: unknown): value is KeptText => {
  const { text, base, digest } = value as Partial<KeptText>;
  return [text, base, digest].every((each) => typeof each === "string");
};

/** Of prompt files, by their path: whichever editor they were written in. */
export const promptDrafts = createDrafts<KeptText>("prompt", isText);
/** Of datasets' rows, by path and line. */
export const rowDrafts = createDrafts<KeptText>("row", isText);
