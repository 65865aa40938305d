/** A text that may be long: its beginning, and the rest when it is asked for. Text nodes only. */
import { useMemo, useState } from "react";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Button } from "../Button";
import { pretty } from "../json";
import { JsonView } from "../TextView";
import { words } from "./words";

/** JSON that a text holds, where it holds an object or a list. */
export function jsonIn(text: string): unknown {
  const first = text.trimStart()[0];
  if (first !== "{" && first !== "[") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function LongText({ text, most = 1600, mono = false }: { text: string; most?: number; mono?: boolean }) {
  const t = useWords(words);
  const [whole, setWhole] = useState("");
  const isCut = text.length > most + 200 && whole !== text;
  return (
    <>
      <p className={`textview theirs${mono ? " mono" : ""}`}>{isCut ? `${text.slice(0, most)}…` : text}</p>
      {isCut && (
        <p>
          <Button quiet onClick={() => setWhole(text)}>
            {t.showAll(count(text.length))}
          </Button>
        </p>
      )}
    </>
  );
}

const LINES = 30;

/** JSON, of which a long one begins with its beginning. */
export function LongJson({ value }: { value: unknown }) {
  const t = useWords(words);
  const [whole, setWhole] = useState(false);
  const lines = useMemo(() => pretty(value).split("\n"), [value]);
  const size = lines.reduce((sum, line) => sum + 1 + Math.floor(line.length / 60), 0);
  const isCut = !whole && size > LINES + 6;
  return (
    <>
      <div className={isCut ? "clamp" : undefined}>
        <JsonView value={value} />
      </div>
      {isCut && (
        <p>
          <Button quiet onClick={() => setWhole(true)}>
            {t.showLines(lines.length)}
          </Button>
        </p>
      )}
    </>
  );
}

/** Text, or JSON where it is JSON. */
export function TextOrJson({ text }: { text: string }) {
  const value = useMemo(() => jsonIn(text), [text]);
  return value === undefined ? <LongText text={text} mono /> : <LongJson value={value} />;
}
