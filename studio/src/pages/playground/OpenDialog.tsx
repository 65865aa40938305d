/** What the playground begins with: a prompt's file, or an empty conversation. */
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { Loading, ProblemNote } from "../../ui/Told";
import { words } from "./words";

export function OpenDialog({ onOpen, onClose }: { onOpen: (name: string) => void; onClose: () => void }) {
  const t = useWords(words);
  const all = useLoaded("prompts", (signal) => ask("list_prompts", {}, { signal }));
  return (
    <Dialog title={t.openTitle} onClose={onClose} foot={<Button onClick={() => onOpen("")}>{t.blank}</Button>}>
      {all.problem && <ProblemNote problem={all.problem} onAgain={all.reload} />}
      {!all.data && all.loading && <Loading />}
      {all.data?.prompts.length === 0 && <p className="soft">{t.noPrompts}</p>}
      <ul className="play-prompts">
        {all.data?.prompts.map((each) => (
          <li key={each.name}>
            <button type="button" onClick={() => onOpen(each.name)}>
              <Icon name="prompt" />
              <span className="grow">
                <span className="mono theirs">{each.path}</span>
                {each.description && <span className="soft theirs"> {each.description}</span>}
              </span>
              <span className="dim mono">{each.variables.join(", ")}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
