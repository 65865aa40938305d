/** How what is served is doing: charts over time, tables, topics, alerts; every point opens its requests. */
import { useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import type { PageProps } from "../../app/pages";
import { changeQuery, usePlace } from "../../app/router";
import { useTitle } from "../../app/title";
import { useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Segments, SelectField } from "../../ui/Field";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { Alerts } from "./Alerts";
import { DIMENSIONS, type Dimension, filtersIn, RANGES, useAsked } from "./asking";
import { Business } from "./Business";
import { Charts } from "./Charts";
import { Processes } from "./Processes";
import { Quality } from "./Quality";
import { RequestsPage } from "./RequestsPage";
import { Topics } from "./Topics";
import { words } from "./words";
import "./monitor.css";

interface Named {
  readonly id: string;
  readonly label: string;
}
const named = (id: string): Named => ({ id, label: id });

export default function MonitorPage(_: PageProps) {
  return usePlace().path === "/monitor/requests" ? <RequestsPage /> : <Board />;
}

function Board() {
  const t = useWords(words);
  const place = usePlace();
  const { asked, range, by, isLive, question } = useAsked();
  const choices = useLoaded(
    `choices ${range}`,
    (signal) => ask("get_choices", { ...asked }, { signal }),
    asked.until_ms,
  );
  const processes = useLoaded(
    `processes ${question}`,
    (signal) => ask("get_processes", { ...asked }, { signal }),
    asked.until_ms,
  ).data;
  const [speed, setSpeed] = useState<"total" | "first" | "token">("total");
  useTitle(t.monitor);
  const filters = filtersIn(new URLSearchParams(place.query));
  const turnLive = (): void => changeQuery({ live: isLive ? "off" : "" });
  useActions([
    { id: "monitor-points", label: t.chartMove, keys: "ArrowLeft ArrowRight", inStatus: true },
    { id: "monitor-open", label: t.chartOpen, keys: "Enter", inStatus: true },
    { id: "monitor-live", label: t.liveLong, keys: "t", inStatus: true, run: turnLive },
    {
      id: "monitor-range",
      label: t.nextRange,
      keys: "r",
      inStatus: true,
      run: () => changeQuery({ range: RANGES[(RANGES.indexOf(range) + 1) % RANGES.length] }),
    },
    {
      id: "monitor-by",
      label: t.by,
      keys: "b",
      run: () => changeQuery({ by: DIMENSIONS[(DIMENSIONS.indexOf(by) + 1) % DIMENSIONS.length] }),
    },
  ]);
  const options = {
    served: choices.data?.served.map(named),
    model: choices.data?.models.map(named),
    key: choices.data?.keys,
    release: choices.data?.releases.map(named),
  };
  const chosen = (each: Dimension): readonly Named[] => {
    const found = options[each] ?? [];
    const value = filters[each];
    return value && !found.some((one) => one.id === value) ? [...found, named(value)] : found;
  };
  return (
    <>
      <Bar title={<h1>{t.monitor}</h1>}>
        <Button title={t.liveLong} aria-pressed={isLive} onClick={turnLive}>
          <span className={`dot round mon-live${isLive ? " on" : ""}`} />
          {t.live}
        </Button>
      </Bar>
      <div className="content mon">
        {choices.problem && <ProblemNote problem={choices.problem} onAgain={choices.reload} />}
        {!choices.data && choices.loading && <Loading />}
        {choices.data && !choices.data.any && (
          <>
            <Empty title={t.none}>
              <p>{t.noneHow}</p>
            </Empty>
            {processes && <Processes asked={asked} told={processes} />}
          </>
        )}
        {choices.data?.any && (
          <>
            <div className="mon-filters">
              {DIMENSIONS.map((each) => (
                <SelectField
                  key={each}
                  label={t[each]}
                  value={filters[each] ?? ""}
                  onChange={(event) => changeQuery({ [each]: event.target.value })}
                >
                  <option value="">{t.all}</option>
                  {chosen(each).map(({ id, label }) => (
                    <option key={id} value={id}>
                      {label}
                    </option>
                  ))}
                </SelectField>
              ))}
              <div className="field">
                <span className="mon-label">{t.range}</span>
                <Segments
                  label={t.range}
                  value={range}
                  options={RANGES.map((each) => ({ value: each, label: t[`r_${each}`] }))}
                  onChange={(value) => changeQuery({ range: value })}
                />
              </div>
              <div className="field">
                <span className="mon-label">{t.by}</span>
                <Segments
                  label={t.by}
                  value={by}
                  options={DIMENSIONS.map((each) => ({ value: each, label: t[`by_${each}`] }))}
                  onChange={(value) => changeQuery({ by: value })}
                />
              </div>
            </div>
            <Alerts asked={asked} question={question} />
            <Charts asked={asked} by={by} question={question} speed={speed} onSpeed={setSpeed} />
            <Quality asked={asked} question={question} told={processes} />
            {processes && <Processes asked={asked} told={processes} />}
            <div className="mon-two">
              <Topics asked={asked} question={question} />
              <Business asked={asked} question={question} />
            </div>
          </>
        )}
      </div>
    </>
  );
}
