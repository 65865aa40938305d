/** Requests, latency, errors, tokens, money and caches over time, and a table by one dimension. */
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { Link } from "../../app/Link";
import { count, duration, share } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Segments } from "../../ui/Field";
import { ProblemNote } from "../../ui/Told";
import { type Asked, type Dimension, requestsAt } from "./asking";
import { answered, line, MOST_LINES, micros, saved, spent, whole } from "./figures";
import { TimeChart } from "./TimeChart";
import { words } from "./words";

type Of = "total" | "first" | "token";
const OFS: readonly Of[] = ["total", "first", "token"];

interface Props {
  asked: Asked;
  by: Dimension;
  question: string;
  speed: Of;
  onSpeed: (of: Of) => void;
}

export function Charts({ asked, by, question, speed, onSpeed }: Props) {
  const t = useWords(words);
  const now = asked.until_ms;
  const traffic = useLoaded(
    `traffic ${question} ${by}`,
    (signal) => ask("get_traffic", { ...asked, by }, { signal }),
    now,
  );
  const speeds = useLoaded(
    `speed ${question} ${by} ${speed}`,
    (signal) => ask("get_speed", { ...asked, by, of: speed }, { signal }),
    now,
  );
  const errors = useLoaded(
    `errors ${question}`,
    (signal) => ask("get_kinds", { ...asked, of: "errors" }, { signal }),
    now,
  );
  const hits = useLoaded(`hits ${question}`, (signal) => ask("get_kinds", { ...asked, of: "hits" }, { signal }), now);
  const problem = traffic.problem ?? speeds.problem ?? errors.problem ?? hits.problem;
  const told = traffic.data;
  const common = { asked, at: told?.at_ms ?? [], every: told?.every_ms ?? 1 };
  return (
    <>
      {problem && <ProblemNote problem={problem} onAgain={traffic.reload} />}
      <div className="mon-charts">
        {told && (
          <TimeChart
            {...common}
            title={t.traffic}
            show={whole}
            lines={[
              line(t.ok, 0, told.points.map(answered)),
              { ...line(t.failed, 1, told.points.map((each) => each.failed)), colour: "--error" },
              line(t.limited, 4, told.points.map((each) => each.limited)),
              line(t.rejected, 3, told.points.map((each) => each.rejected)),
            ]} // biome-ignore format: a line each
          />
        )}
        {speeds.data && (
          <TimeChart
            asked={asked}
            at={speeds.data.at_ms}
            every={speeds.data.every_ms}
            title={t.speed}
            show={duration}
            overall={[speeds.data.total.p50, speeds.data.total.p95, speeds.data.total.p99]}
            lines={[line("p50", 0, speeds.data.p50), line("p95", 4, speeds.data.p95), line("p99", 1, speeds.data.p99)]}
            tools={
              <Segments
                label={t.speed}
                value={speed}
                options={OFS.map((each) => ({ value: each, label: t[`speed_${each}`] }))}
                onChange={onSpeed}
              />
            }
          />
        )}
        {errors.data && (
          <TimeChart
            asked={asked}
            at={errors.data.at_ms}
            every={errors.data.every_ms}
            title={t.errors}
            show={whole}
            more={{ status: "failed" }}
            lines={errors.data.kinds.slice(0, MOST_LINES).map((each, n) => line(each.kind, n, each.counts))}
          />
        )}
        {told && (
          <>
            <TimeChart
              {...common}
              title={t.tokens}
              show={whole}
              lines={[
                line(t.tokensIn, 0, told.points.map((each) => each.input_tokens)),
                line(t.tokensOut, 2, told.points.map((each) => each.output_tokens)),
              ]} // biome-ignore format: a line each
            />
            <TimeChart
              {...common}
              title={told.currency ? t.costOf(told.currency) : t.cost}
              show={micros(told.currency)}
              note={told.total.unpriced > 0 ? t.unpriced(count(told.total.unpriced)) : undefined}
              lines={told.groups
                .slice(0, MOST_LINES)
                .map((each, n) => line(each.label || t.notNamed, n, each.costs_micros))}
            />
          </>
        )}
        {hits.data && (
          <TimeChart
            asked={asked}
            at={hits.data.at_ms}
            every={hits.data.every_ms}
            title={t.hits}
            show={whole}
            more={{ cached: "yes" }}
            note={told && saved(told.total) ? t.saved(saved(told.total)) : undefined}
            lines={hits.data.kinds.slice(0, MOST_LINES).map((each, n) => line(each.kind, n, each.counts))}
          />
        )}
        {told && (
          <TimeChart
            {...common}
            title={t.marks}
            show={whole}
            lines={[
              line(t.refused, 1, told.points.map((each) => each.refused)),
              line(t.guarded, 4, told.points.map((each) => each.guarded)),
              line(t.unanswered, 3, told.points.map((each) => each.unanswered)),
              line(t.degraded, 2, told.points.map((each) => each.degraded)),
            ]} // biome-ignore format: a line each
          />
        )}
      </div>
      {told && told.groups.length > 0 && (
        <section className="mon-part" aria-label={t.table(t[`by_${by}`])}>
          <h2>{t.table(t[`by_${by}`])}</h2>
          <table className="table mon-table">
            <thead>
              <tr>
                <th>{t[by]}</th>
                <th className="num">{t.count}</th>
                <th className="num">{t.failed}</th>
                <th className="num">{t.p95}</th>
                <th className="num">{t.tokens}</th>
                <th className="num">{t.cost}</th>
                <th className="num">{t.hitsShort}</th>
              </tr>
            </thead>
            <tbody>
              {told.groups.map((each) => {
                const p95 = speeds.data?.groups.find((group) => group.value === each.value)?.p95;
                return (
                  <tr key={each.value}>
                    <td>
                      <Link className="theirs" to={requestsAt(asked, each.value ? { [by]: each.value } : {})}>
                        {each.label || t.notNamed}
                      </Link>
                    </td>
                    <td className="num">{count(each.total.count)}</td>
                    <td className="num">{each.total.failed ? count(each.total.failed) : ""}</td>
                    <td className="num">{typeof p95 === "number" ? duration(p95) : ""}</td>
                    <td className="num">{count(each.total.input_tokens + each.total.output_tokens)}</td>
                    <td className="num">{spent(each.total)}</td>
                    <td className="num">{share(each.total.cached, each.total.count)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
