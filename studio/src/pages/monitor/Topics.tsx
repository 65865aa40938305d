/** What people ask about, by topic, and what the documents had no answer to. */
import { useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Segments } from "../../ui/Field";
import { Loading, ProblemNote } from "../../ui/Told";
import { CaseDialog } from "../../ui/trace/CaseDialog";
import type { Asked } from "./asking";
import { words } from "./words";

const SHOWN = 8;
type Which = "" | "unanswered";

export function Topics({ asked, question }: { asked: Asked; question: string }) {
  const t = useWords(words);
  const [only, setOnly] = useState<Which>("");
  const found = useLoaded(`topics ${question} ${only}`, (signal) => ask("get_topics", { ...asked, only }, { signal }));
  const told = found.data;
  const [cased, setCased] = useState("");
  const title = only ? t.asked : t.topics;
  return (
    <section className="mon-part" aria-label={title}>
      <div className="mon-head">
        <h2 className="grow">{title}</h2>
        <Segments<Which>
          label={t.topics}
          value={only}
          options={[
            { value: "", label: t.everything },
            { value: "unanswered", label: t.onlyUnanswered },
          ]}
          onChange={setOnly}
        />
      </div>
      {found.problem && <ProblemNote problem={found.problem} onAgain={found.reload} />}
      {!told && found.loading && <Loading />}
      {told && (
        <p className="mon-note dim">{told.questions === 0 ? t.topicsNone : t.topicsOf(count(told.questions))}</p>
      )}
      {told?.topics.map((topic) => (
        <details key={`${topic.by} ${topic.example}`} className="mon-topic">
          <summary>
            <b className="num">{count(topic.count)}</b> <span className="theirs">{topic.example}</span>{" "}
            {topic.unanswered > 0 && <span className="chip changed">{`${t.onlyUnanswered} ${topic.unanswered}`}</span>}
          </summary>
          <p className="dim theirs">{`${topic.words.join(" · ")} (${t[`by_${topic.by}`]})`}</p>
          <ul>
            {topic.questions.slice(0, SHOWN).map((each) => (
              <li key={each.trace} className="mon-question">
                <Link className="theirs" to={address("/traces/:trace", { trace: each.trace })}>
                  {each.text}
                </Link>
                <Button
                  className="small"
                  aria-label={t.makeCaseOf(each.text.slice(0, 80))}
                  onClick={() => setCased(each.trace)}
                >
                  {t.makeCase}
                </Button>
              </li>
            ))}
          </ul>
        </details>
      ))}
      {cased && <CaseDialog trace={cased} failed={false} onClose={() => setCased("")} />}
    </section>
  );
}
