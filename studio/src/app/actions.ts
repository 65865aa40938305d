/**
 * What can be done now, wherever one is: commands of the palette, keys of the `?` list and of the status line are one
 * list, which the frame and the open page fill. Knows no page.
 */
import { useEffect, useRef } from "react";
import { createStore } from "../state/store";

export interface Action {
  readonly id: string;
  readonly label: string;
  /** As `r`, `mod+k`, `?`, `Enter`; several with a space: any of them. */
  readonly keys?: string;
  /** Without it the keys are only told of: what is focused hears them itself. */
  readonly run?: () => void;
  /** Shown in the line below. */
  readonly inStatus?: boolean;
  /** Of the whole page, not of the place that is open. */
  readonly everywhere?: boolean;
  /** Said in the palette behind the label. */
  readonly hint?: string;
  /** Not in the palette. */
  readonly onlyKeys?: boolean;
}

export const actions = createStore<readonly Action[]>([], { soon: false });
const groups = new Map<object, readonly Action[]>();

function gather(): void {
  actions.set([...groups.values()].flat());
}

/** Offer these while the component stands. The list may be new at each drawing; what it says decides. */
export function useActions(list: readonly Action[]): void {
  const latest = useRef(list);
  latest.current = list;
  const owner = useRef({});
  const said = JSON.stringify(list.map((each) => [each.id, each.label, each.keys, each.hint, each.run !== undefined]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the actions say decides, not the list's identity
  useEffect(() => {
    const mine = owner.current;
    groups.set(
      mine,
      latest.current.map((each) => ({
        ...each,
        ...(each.run ? { run: () => latest.current.find((one) => one.id === each.id)?.run?.() } : {}),
      })),
    );
    gather();
    return () => {
      groups.delete(mine);
      gather();
    };
  }, [said]);
}

export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A key as people read it. */
export function shownKey(key: string): string[] {
  const names: Record<string, string> = { mod: isMac ? "⌘" : "Ctrl", Escape: "Esc", shift: "Shift" };
  return key.split("+").map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** The name of a pressed key, as actions write it. */
export function pressed(event: KeyboardEvent): string {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  return (mod ? "mod+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || isTextInput(target));

function isTextInput(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|range)$/.test(target.type);
}

export function startKeys(): void {
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const key = pressed(event);
    if (!key.startsWith("mod+") && (isTyping(event.target) || document.querySelector("dialog[open]"))) return;
    const found = actions.get().findLast((each) => each.run && each.keys?.split(" ").includes(key));
    if (!found?.run) return;
    event.preventDefault();
    found.run();
  });
}
