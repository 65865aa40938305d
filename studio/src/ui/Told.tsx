/** Waiting, nothing there, something wrong: said where the content would stand. */
import type { ReactNode } from "react";
import { type Problem, toldIn } from "../api/problem";
import { frame } from "../i18n/frame";
import { useLanguage, useWords } from "../i18n/words";
import { Button } from "./Button";

export function Loading() {
  const t = useWords(frame);
  return (
    <div className="empty" role="status">
      {t.loading}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function ProblemNote({ problem, onAgain }: { problem: Problem; onAgain?: () => void }) {
  const t = useWords(frame);
  const told = toldIn(problem, useLanguage());
  return (
    <div className="problem" role="alert">
      <p className="theirs">{told.what}</p>
      {told.todo && <p className="theirs">{told.todo}</p>}
      {onAgain && (
        <p>
          <Button onClick={onAgain}>{t.again}</Button>
        </p>
      )}
    </div>
  );
}
