/** A dataset divided into parts that keep their rows. */
import { useState } from "react";
import { type Answer, ask } from "../../api/client";
import { type Problem, problemOf } from "../../api/problem";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { NumberField, TextField } from "../../ui/Field";
import { type NumberRule, numberFault, numberOf } from "../../ui/numbers";
import { ProblemNote } from "../../ui/Told";
import { partNames, sharesOf } from "./text";
import { words } from "./words";

interface Part {
  readonly id: number;
  readonly path: string;
  readonly share: string;
}

const MOST = 10;
const SHARE: NumberRule = { form: "decimal", above: 0 };
const SEED: NumberRule = { form: "whole" };

interface Props {
  path: string;
  digest: string;
  /** Rows of the file. */
  total: number;
  onClose: () => void;
}

export function SplitDialog({ path, digest, total, onClose }: Props) {
  const t = useWords(words);
  const [parts, setParts] = useState<readonly Part[]>(() => {
    const [train, test] = partNames(path);
    return [
      { id: 0, path: train, share: "80" },
      { id: 1, path: test, share: "20" },
    ];
  });
  const [keys, setKeys] = useState("");
  const [seed, setSeed] = useState("0");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<Answer<"split_dataset"> | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (id: number, to: Partial<Part>): void =>
    setParts((now) => now.map((each) => (each.id === id ? { ...each, ...to } : each)));
  const split = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      setDone(
        await ask(
          "split_dataset",
          {},
          {
            path,
            digest,
            parts: parts.map((each) => ({ path: each.path.trim(), share: numberOf(each.share, SHARE) ?? 0 })),
            seed: numberOf(seed, SEED) ?? 0,
            keys: keys.split(/[,，\s]+/).filter(Boolean),
          },
        ),
      );
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const to = (of: string): string => address("/datasets/*path", { path: of });
  if (done) {
    const [first, second] = done.parts;
    return (
      <Dialog title={t.splitDone} onClose={onClose} foot={<Button onClick={onClose}>{t.close}</Button>}>
        <ul className="split-parts">
          {done.parts.map((each) => (
            <li key={each.path} className="row">
              <Link className="grow line theirs mono" to={to(each.path)} onClick={onClose}>
                {each.path}
              </Link>
              <span>{t.splitRows(count(each.total))}</span>
            </li>
          ))}
        </ul>
        {done.skipped > 0 && <p className="soft">{t.skipped(done.skipped)}</p>}
        {first && second && (
          <Link
            to={address("/datasets/*path", { path: second.path }, { tab: "checks", against: first.path, check: 1 })}
            onClick={onClose}
          >
            {t.checkLeak}
          </Link>
        )}
      </Dialog>
    );
  }
  const areShares = parts.every((each) => numberFault(each.share, SHARE) === null);
  const isReady =
    !busy && areShares && numberFault(seed, SEED) === null && parts.every((each) => each.path.trim() !== "");
  const expected = areShares
    ? sharesOf(
        parts.map((each) => numberOf(each.share, SHARE) ?? 0),
        total,
      )
    : [];
  return (
    <Dialog
      title={t.splitTitle}
      wide={620}
      onClose={onClose}
      foot={
        <Button primary disabled={!isReady} onClick={() => void split()}>
          {t.splitDo}
        </Button>
      }
    >
      <p className="soft">{t.splitTells}</p>
      {parts.map((each, i) => (
        <div key={each.id} className="split-part">
          <TextField
            label={t.part(i + 1)}
            value={each.path}
            onChange={(event) => change(each.id, { path: event.target.value })}
          />
          <NumberField
            label={t.share}
            rule={SHARE}
            value={each.share}
            onChange={(share) => change(each.id, { share })}
          />
          <Button
            quiet
            icon="close"
            label={t.removePart(i + 1)}
            disabled={parts.length <= 2}
            onClick={() => setParts((now) => now.filter((one) => one.id !== each.id))}
          />
        </div>
      ))}
      <div>
        <Button
          icon="plus"
          disabled={parts.length >= MOST}
          onClick={() =>
            setParts((now) => [
              ...now,
              {
                id: Math.max(...now.map((one) => one.id)) + 1,
                path: path.replace(/\.jsonl.*$/, "-dev.jsonl"),
                share: "10",
              },
            ])
          }
        >
          {t.addPart}
        </Button>
      </div>
      {areShares && (
        <div className="split-expected" role="status">
          <p className="label">{t.splitExpected(count(total))}</p>
          <ul>
            {parts.map((each, i) => (
              <li key={each.id} className="row">
                <span className="grow line theirs mono">{each.path}</span>
                <span>{t.splitShare(expected[i]?.percent ?? "", count(expected[i]?.rows ?? 0))}</span>
              </li>
            ))}
          </ul>
          <p className="dim">{t.splitAbout}</p>
        </div>
      )}
      <div className="fields">
        <TextField
          label={t.keys}
          hint={t.splitKeysHint}
          value={keys}
          onChange={(event) => setKeys(event.target.value)}
        />
        <NumberField label={t.seed} rule={SEED} value={seed} onChange={setSeed} />
      </div>
      {problem && <ProblemNote problem={problem} />}
    </Dialog>
  );
}
