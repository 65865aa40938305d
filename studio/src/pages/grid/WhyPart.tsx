/** Why a call ran: what differs from the nearest earlier one. */
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { causeName } from "../../i18n/kinds";
import { useWords } from "../../i18n/words";
import { Diff } from "../../ui/Diff";
import { Section } from "../../ui/Panel";
import { Loading, ProblemNote } from "../../ui/Told";
import { words } from "./words";

type Cause = Answer<"why_run">["causes"][number];

export function WhyPart({ run, row, step }: { run: string; row: number; step: string }) {
  const t = useWords(words);
  const why = useLoaded(`why ${run} ${row} ${step}`, (signal) => ask("why_run", { run, row, step }, { signal }));
  const { data } = why;
  const sentence = ({ kind, name, before }: Cause): string => {
    if (kind === "new") return before ? t.whyRenamed(name, before) : t.whyNew(name);
    return kind === "input" && !before ? t.whyInput : "";
  };
  return (
    <Section title={t.whyTitle}>
      {why.problem && <ProblemNote problem={why.problem} />}
      {!data && !why.problem && <Loading />}
      {data?.causes.length === 0 && <p>{data.nearest.run ? t.whyNothing : t.whyFirst}</p>}
      {data?.causes.map((cause) => (
        <div key={`${cause.kind} ${cause.name} ${cause.line}`} className="cause">
          {sentence(cause) && <p>{sentence(cause)}</p>}
          <div className="row">
            <span className="chip changed">{causeName(cause.kind)}</span>
            <span className="theirs">{cause.name}</span>
            {cause.file && cause.file !== cause.name && (
              <span className="mono dim theirs">{t.at(cause.file, cause.line)}</span>
            )}
          </div>
          {(cause.before || cause.after) && (
            <div className="box" style={{ marginTop: 6 }}>
              <Diff before={cause.before} after={cause.after} mono />
            </div>
          )}
        </div>
      ))}
      {data?.nearest.run && (
        <p className="dim" style={{ marginTop: 10 }}>
          {t.whyNearest}{" "}
          <Link to={address("/runs/:run", { run: data.nearest.run })} className="mono">
            {data.nearest.run}
          </Link>
        </p>
      )}
    </Section>
  );
}
