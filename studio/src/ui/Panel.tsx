/** The panel beside a page: it takes its width from the page, never covers it, and can be drawn wider. */
import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from "react";
import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { createKept } from "../state/kept";
import { useStore } from "../state/store";
import { Button } from "./Button";

const LEAST = 340;
const MOST = 1400;
const width = createKept<number>("panel", 500, (value): value is number => typeof value === "number");
const within = (value: number): number => Math.max(LEAST, Math.min(MOST, Math.round(value)));

interface Props {
  label: string;
  head: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
  onClose: () => void;
  /** Another one starts at the top. */
  subject?: string;
}

export function Panel({ label, head, children, foot, onClose, subject }: Props) {
  const t = useWords(frame);
  const now = useStore(width);
  const body = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another subject starts at the top
  useEffect(() => {
    body.current?.scrollTo(0, 0);
  }, [subject]);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const from = event.clientX;
    const before = width.get();
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    const drag = (moved: globalThis.PointerEvent): void => width.set(within(before + from - moved.clientX));
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", drag), { once: true });
  };
  const onGripKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowLeft" ? 24 : event.key === "ArrowRight" ? -24 : 0;
    if (!step) return;
    event.preventDefault();
    width.set(within(now + step));
  };
  return (
    <aside className="panel" aria-label={label} style={{ "--panel": `${now}px` } as CSSProperties}>
      <div
        className="panel-grip"
        role="separator"
        aria-orientation="vertical"
        aria-label={t.resize}
        aria-valuenow={now}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onKeyDown={onGripKey}
      />
      <div className="panel-head">
        {head}
        <Button quiet icon="close" label={t.close} onClick={onClose} style={{ marginLeft: "auto" }} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="panel-body" ref={body} tabIndex={0} role="group" aria-label={label}>
        {children}
      </div>
      {foot && <div className="panel-foot">{foot}</div>}
    </aside>
  );
}

/** A part of a panel under its name. */
export function Section({ title, end, children }: { title: string; end?: ReactNode; children: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h3 className="grow">{title}</h3>
        {end}
      </div>
      {children}
    </section>
  );
}
