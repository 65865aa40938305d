/** A secret, the one time that it is shown. It is in no address and in no store of the page. */
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Copy } from "../../ui/trace/Copy";
import { words } from "./words";

export function Once({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useWords(words);
  return (
    <Dialog
      title={t.once}
      onClose={onClose}
      wide={560}
      foot={
        <Button primary onClick={onClose}>
          {t.kept}
        </Button>
      }
    >
      <p className="soft">{t.onceHow}</p>
      <div className="gate-once">
        <input
          className="input mono"
          readOnly
          aria-label={t.theSecret}
          value={secret}
          onFocus={(event) => event.target.select()}
        />
        <Copy of={secret} label={t.copy} />
      </div>
    </Dialog>
  );
}
