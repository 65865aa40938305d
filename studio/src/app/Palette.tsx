/** The command palette: everything that can be done now, found by typing. */
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import { Keys } from "../ui/Kbd";
import { type Action, actions } from "./actions";
import { ranked } from "./ranked";

export function Palette({ onClose }: { onClose: () => void }) {
  const t = useWords(frame);
  const offered = useStore(actions);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  // What the open page offers comes first.
  const found = useMemo(() => {
    const able = offered.filter((each) => each.run && !each.onlyKeys);
    return ranked(typed, [...able.filter((each) => !each.everywhere), ...able.filter((each) => each.everywhere)]);
  }, [typed, offered]);
  const chosen = Math.min(at, found.length - 1);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const go = (action: Action | undefined): void => {
    if (!action) return;
    onClose();
    // After the dialog is gone: what is done may open another, or move the focus.
    setTimeout(() => action.run?.());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") go(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t.palette} bare onClose={onClose}>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[chosen] ? `palette-${found[chosen].id}` : undefined}
        aria-label={t.paletteFind}
        placeholder={t.paletteFind}
        autoFocus
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul className="palette-list" id="palette-list" role="listbox" aria-label={t.palette} ref={list}>
        {found.map((each, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's
          <li
            key={each.id}
            id={`palette-${each.id}`}
            role="option"
            aria-selected={i === chosen}
            onClick={() => go(each)}
          >
            <span className="grow line">{each.label}</span>
            {each.hint && <span className="dim">{each.hint}</span>}
            {each.keys && <Keys of={each.keys} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="empty">{t.paletteNothing}</p>}
    </Dialog>
  );
}
