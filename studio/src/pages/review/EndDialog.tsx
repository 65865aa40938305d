/** The step after which answers are final. */
import { useEffect, useRef } from "react";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { words } from "./words";

export function EndDialog({ left, onEnd, onClose }: { left: number; onEnd: () => void; onClose: () => void }) {
  const t = useWords(words);
  const f = useWords(frame);
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => yes.current?.focus(), []);
  return (
    <Dialog
      title={t.endTitle}
      onClose={onClose}
      wide={440}
      foot={
        <>
          <Button onClick={onClose}>{f.cancel}</Button>
          <Button primary ref={yes} onClick={onEnd}>
            {t.endYes}
          </Button>
        </>
      }
    >
      <p>{left > 0 ? t.endSome(left) : t.endAll}</p>
    </Dialog>
  );
}
