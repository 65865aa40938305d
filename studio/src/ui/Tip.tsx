/** What something means, shown on hover and on focus. The text is its description for those who hear the page. */
import { type ReactNode, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";

interface Props {
  text: string;
  children: ReactNode;
  className?: string;
}

export function Tip({ text, children, className }: Props) {
  const id = useId();
  const ref = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<{ left: number; top: number } | null>(null);
  const show = (): void => {
    const box = ref.current?.getBoundingClientRect();
    if (box) setAt({ left: Math.max(8, Math.min(box.left, innerWidth - 436)), top: box.bottom + 6 });
  };
  const hide = (): void => setAt(null);
  return (
    <button
      type="button"
      ref={ref}
      className={className}
      aria-describedby={at ? id : undefined}
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => event.key === "Escape" && hide()}
    >
      {children}
      {at &&
        createPortal(
          <div role="tooltip" id={id} className="tip theirs" style={at}>
            {text}
          </div>,
          document.body,
        )}
    </button>
  );
}
