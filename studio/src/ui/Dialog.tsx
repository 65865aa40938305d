/** A window over the page: the browser's own dialog, which keeps the focus and closes on Esc. */
import { type ReactNode, useEffect, useId, useRef } from "react";
import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { Button } from "./Button";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  foot?: ReactNode;
  /** In pixels. */
  wide?: number;
  /** Without head and padding. */
  bare?: boolean;
}

export function Dialog({ title, onClose, children, foot, wide, bare }: Props) {
  const t = useWords(frame);
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      dialog.querySelector<HTMLElement>("input, .dialog-body :is(textarea, select)")?.focus();
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the dialog's own
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={bare ? undefined : id}
      aria-label={bare ? title : undefined}
      style={wide ? ({ "--wide": `${wide}px` } as React.CSSProperties) : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      {bare ? (
        children
      ) : (
        <>
          <div className="dialog-head">
            <h2 id={id}>{title}</h2>
            <Button quiet icon="close" label={t.close} onClick={onClose} />
          </div>
          <div className="dialog-body">{children}</div>
          {foot && <div className="dialog-foot">{foot}</div>}
        </>
      )}
    </dialog>
  );
}
