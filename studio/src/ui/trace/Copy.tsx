/** A button that copies. */
import { useState } from "react";
import { notifyProblem } from "../../app/toasts";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { Button } from "../Button";
import type { IconName } from "../Icon";

interface Props {
  /** What is copied, or how it is got. */
  of: string | (() => Promise<string>);
  /** What the button is called. */
  label: string;
  icon?: IconName;
}

export function Copy({ of, label, icon = "copy" }: Props) {
  const f = useWords(frame);
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof of === "string" ? of : await of());
      setDone(true);
      setTimeout(() => setDone(false), 1500);
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <>
      <Button quiet className="small" icon={done ? "plan" : icon} label={label} onClick={() => void copy()} />
      <span className="unseen" role="status">
        {done ? f.copied : ""}
      </span>
    </>
  );
}
