/** Under which name one answers: this machine's user, unless another name was written here. */
import { useState } from "react";
import { useWords } from "../../i18n/words";
import { createKept } from "../../state/kept";
import { useStore } from "../../state/store";
import { words } from "./words";

export const who = createKept<string>("reviewer", "", (value): value is string => typeof value === "string");
export const WHO = "review-who";

export function useWho(): string {
  return useStore(who);
}

export function Who({ name }: { name: string }) {
  const t = useWords(words);
  const [draft, setDraft] = useState<string | null>(null);
  const keep = (): void => {
    const given = (draft ?? name).trim();
    if (given && given !== name) who.set(given);
    setDraft(null);
  };
  return (
    <label className="row review-who">
      <span className="label">{t.reviewer}</span>
      <input
        id={WHO}
        className="input"
        autoComplete="off"
        spellCheck={false}
        maxLength={80}
        value={draft ?? name}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Escape") setDraft(null);
          if (event.key === "Escape" || event.key === "Enter") event.currentTarget.blur();
        }}
      />
    </label>
  );
}
