import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Icon, type IconName } from "./Icon";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon?: IconName;
  /** The name of a button that shows only its icon. */
  label?: string;
  primary?: boolean;
  quiet?: boolean;
  danger?: boolean;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ icon, label, primary, quiet, danger, children, className = "", ...rest }: Props) {
  const kinds = [primary && "primary", quiet && "quiet", danger && "danger", !children && "icon", className];
  return (
    <button
      type="button"
      className={["button", ...kinds.filter(Boolean)].join(" ")}
      aria-label={label}
      title={label}
      {...rest}
    >
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}
