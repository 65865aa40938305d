/** A button that opens a list of things to do. Arrows move, Esc closes. */
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";

export interface MenuItem {
  readonly id: string;
  readonly label: ReactNode;
  readonly icon?: IconName;
  /** A file to save; else `run`. */
  readonly href?: string;
  readonly run?: () => void;
}

export function Menu({
  label,
  icon,
  items,
  children,
}: {
  label: string;
  icon?: IconName;
  items: readonly MenuItem[];
  children?: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    (list.current?.firstElementChild as HTMLElement | null)?.focus();
    const away = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = [...(list.current?.children ?? [])] as HTMLElement[];
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else if (event.key === "ArrowDown") all[(at + 1) % all.length]?.focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length]?.focus();
    else return;
    if (event.key !== "Tab") {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div className="menu" ref={box}>
      <Button
        ref={button}
        {...(icon ? { icon } : {})}
        {...(children ? {} : { label })}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {children}
      </Button>
      {open && (
        <div className="menu-list" role="menu" aria-label={label} tabIndex={-1} ref={list} onKeyDown={onKeyDown}>
          {items.map((each) =>
            each.href ? (
              <a key={each.id} role="menuitem" tabIndex={-1} href={each.href} download onClick={close}>
                {each.icon && <Icon name={each.icon} />}
                {each.label}
              </a>
            ) : (
              <button
                key={each.id}
                type="button"
                role="menuitem"
                tabIndex={-1}
                onClick={() => {
                  close();
                  each.run?.();
                }}
              >
                {each.icon && <Icon name={each.icon} />}
                {each.label}
              </button>
            ),
          )}
        </div>
      )}
    </div>
  );
}
