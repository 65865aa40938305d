/** The `?` list: every key that does something now. */
import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import { Keys } from "../ui/Kbd";
import { type Action, actions } from "./actions";

export function KeyList({ onClose }: { onClose: () => void }) {
  const t = useWords(frame);
  const withKeys = useStore(actions).filter((each) => each.keys);
  const groups: [string, Action[]][] = [
    [t.keysHere, withKeys.filter((each) => !each.everywhere)],
    [t.keysEverywhere, withKeys.filter((each) => each.everywhere)],
  ];
  return (
    <Dialog title={t.keys} onClose={onClose}>
      {groups.map(([name, members]) =>
        members.length === 0 ? null : (
          <section key={name}>
            <h3 className="label">{name}</h3>
            <table className="table">
              <tbody>
                {members.map((each) => (
                  <tr key={each.id}>
                    <td>{each.label}</td>
                    <td className="num">
                      <Keys of={each.keys ?? ""} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ),
      )}
    </Dialog>
  );
}
