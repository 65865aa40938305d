import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { useStore } from "../state/store";
import { Button } from "../ui/Button";
import { dismiss, toasts } from "./toasts";

export function ToastList() {
  const t = useWords(frame);
  const shown = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((each) => (
        <div key={each.id} className={`toast ${each.tone}`}>
          <div className="grow">
            <p>{each.what}</p>
            {each.todo && <p>{each.todo}</p>}
          </div>
          <Button quiet icon="close" label={t.dismiss} onClick={() => dismiss(each.id)} />
        </div>
      ))}
    </div>
  );
}
