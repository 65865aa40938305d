/** What was kept about a call beside its values: labels, what it depended on, where it was made. */
import type { ReactNode } from "react";
import type { components } from "../../api/client";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { moment } from "../../i18n/figures";
import { causeName, roleName, seenOf } from "../../i18n/kinds";
import { useLanguage, useWords } from "../../i18n/words";
import { Section } from "../Panel";
import { JsonView } from "../TextView";
import { shortName } from "./shape";
import { words } from "./words";

type Labels = components["schemas"]["SpanLabels"];
type Recorded = components["schemas"]["Recorded"];

export function Facts({ of }: { of: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {of
        .filter(([, value]) => value !== "" && value !== null && value !== false && value !== undefined)
        .map(([name, value]) => (
          <div key={name} className="fact">
            <dt className="theirs">{name}</dt>
            <dd className="theirs">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export function LabelChip({ of }: { of: Labels }) {
  const t = useWords(words);
  return <span className={`chip ${of.trusted ? "ok" : "changed"}`}>{of.trusted ? t.trusted : t.untrusted}</span>;
}

export function LabelsSection({ of }: { of: Labels }) {
  const t = useWords(words);
  return (
    <Section title={t.labels} end={<LabelChip of={of} />}>
      <Facts
        of={[
          [t.integrity, roleName(of.integrity)],
          [t.origins, of.origins.map((each) => roleName(each)).join(", ")],
          [t.readers, of.readers ? of.readers.join(", ") : t.everybody],
        ]}
      />
    </Section>
  );
}

type Beneath = Recorded["calls"][number];

/** Calls of one step that follow each other are one entry, where they lead nowhere else. */
function grouped(calls: readonly Beneath[], here: string): { call: Beneath; times: number }[] {
  const found: { call: Beneath; times: number }[] = [];
  for (const call of calls) {
    const last = found.at(-1);
    const isLink = call.span !== "" && call.trace !== here;
    if (last && !isLink && last.call.step === call.step && last.call.trace === call.trace) last.times += 1;
    else found.push({ call, times: 1 });
  }
  return found;
}

export function RecordSection({ of, here }: { of: Recorded; here: string }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const settings = Object.entries(of.settings);
  const origin =
    !of.here && of.trace ? (
      <Link to={address("/traces/:trace", { trace: of.trace }, { span: of.span })}>{t.openOrigin}</Link>
    ) : null;
  return (
    <Section title={t.theRecord} end={origin}>
      <Facts
        of={[
          [t.made, `${moment(of.made_ms, spoken)}${of.here ? ` · ${t.madeHere}` : ""}`],
          [
            t.madeThere,
            !of.here && of.run && (
              <Link className="mono" to={address("/runs/:run", { run: of.run })}>
                {of.run}
              </Link>
            ),
          ],
          [t.behaviour, of.behaviour && <code title={of.behaviour}>{of.behaviour.slice(0, 12)}</code>],
          [t.reuse, t[`reuse_${of.reuse}`]],
          [t.draw, of.draw === null ? "" : String(of.draw)],
          [t.outside, of.outside.join(", ")],
          [t.degraded, of.degraded.join(", ")],
          [t.spoiled, of.spoiled.join(", ")],
          ...of.facts.map(
            (fact) => [`${causeName(fact.kind, spoken)} ${fact.what}`, seenOf(fact.seen, spoken)] as const,
          ),
          ...settings.map(([name, value]) => [name, value] as const),
        ]}
      />
      {of.calls.length > 0 && (
        <>
          <p className="label beneath-head">{t.beneath}</p>
          <ul className="beneath">
            {grouped(of.calls, here).map(({ call, times }) => (
              <li key={call.call}>
                {call.span && call.trace !== here ? (
                  <Link to={address("/traces/:trace", { trace: call.trace }, { span: call.span })}>
                    <span className="theirs">{shortName(call.step)}</span>
                  </Link>
                ) : (
                  <span className="theirs">{shortName(call.step)}</span>
                )}
                {times > 1 && <span className="dim"> × {times}</span>}
              </li>
            ))}
            {of.more_calls && <li className="dim">{t.moreBeneath}</li>}
          </ul>
        </>
      )}
    </Section>
  );
}

/** Attributes as a list; values that have parts as JSON. */
export function AttributesSection({ of }: { of: Readonly<Record<string, unknown>> }) {
  const t = useWords(words);
  const all = Object.entries(of);
  if (all.length === 0) return null;
  return (
    <Section title={t.attributes}>
      <Facts
        of={all.map(([name, value]) => [
          name,
          typeof value === "object" && value !== null ? <JsonView key={name} value={value} /> : String(value),
        ])}
      />
    </Section>
  );
}
