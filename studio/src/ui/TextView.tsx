/** What somebody or a model wrote, as text nodes only; long ones begin with their beginning. */
import { useState } from "react";
import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { Button } from "./Button";
import { pretty, tokensOf } from "./json";

const SHOWN = 20_000;

function useCut(text: string): [string, boolean, () => void] {
  const [whole, setWhole] = useState("");
  const isCut = text.length > SHOWN && whole !== text;
  return [isCut ? text.slice(0, SHOWN) : text, isCut, () => setWhole(text)];
}

export function TextView({ text, mono = false }: { text: string; mono?: boolean }) {
  const t = useWords(frame);
  const [shown, isCut, showAll] = useCut(text);
  return (
    <>
      <p className={`textview theirs${mono ? " mono" : ""}`}>{shown}</p>
      {isCut && <Button onClick={showAll}>{t.more}</Button>}
    </>
  );
}

/** A JSON value, indented and coloured. */
export function JsonView({ value }: { value: unknown }) {
  const t = useWords(frame);
  const [shown, isCut, showAll] = useCut(pretty(value));
  let at = 0;
  return (
    <>
      <pre className="textview theirs box">
        {tokensOf(shown).map(([kind, text]) => {
          const key = at;
          at += text.length;
          return kind ? (
            <span key={key} className={`json-${kind}`}>
              {text}
            </span>
          ) : (
            text
          );
        })}
      </pre>
      {isCut && <Button onClick={showAll}>{t.more}</Button>}
    </>
  );
}

/** A value: text as text, anything else as JSON. */
export function ValueView({ value }: { value: unknown }) {
  return typeof value === "string" ? <TextView text={value} /> : <JsonView value={value} />;
}
