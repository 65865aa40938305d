/** Scores of sampled answers, what people said, and how GPUs are doing. */
import { type Answer, ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useWords } from "../../i18n/words";
import type { Asked } from "./asking";
import { line, percent, whole } from "./figures";
import { TimeChart } from "./TimeChart";
import { words } from "./words";

type Values = readonly (number | null)[];
const scaled = (values: Values, by: number): Values => values.map((each) => (each === null ? null : each * by));

interface Props {
  asked: Asked;
  question: string;
  told: Answer<"get_processes"> | null;
}

export function Quality({ asked, question, told }: Props) {
  const t = useWords(words);
  const now = asked.until_ms;
  const quality = useLoaded(`quality ${question}`, (signal) => ask("get_quality", { ...asked }, { signal }), now).data;
  const isRated = quality?.up.some((each, n) => each + (quality.down[n] ?? 0) > 0);
  const time = told && { asked, at: told.at_ms, every: told.every_ms };
  return (
    <div className="mon-charts">
      {quality && quality.scorers.length > 0 && (
        <TimeChart
          asked={asked}
          at={quality.at_ms}
          every={quality.every_ms}
          title={t.quality}
          show={percent}
          overall={quality.scorers.map((each) => (each.mean === null ? null : each.mean * 100))}
          lines={quality.scorers.map((each, n) => line(`${each.scorer} %`, n, scaled(each.means, 100)))}
        />
      )}
      {quality && isRated && (
        <TimeChart
          asked={asked}
          at={quality.at_ms}
          every={quality.every_ms}
          title={t.feedback}
          show={whole}
          more={{ rated: "yes" }}
          lines={[
            { ...line(t.up, 0, quality.up), colour: "--ok" },
            { ...line(t.down, 1, quality.down), colour: "--error" },
          ]}
        />
      )}
      {told && time && told.gpus.length > 0 && (
        <TimeChart
          {...time}
          title={t.gpu}
          show={percent}
          whole="average"
          lines={told.gpus
            .slice(0, 4)
            .flatMap((each, n) => [
              line(t.gpuUsed(each.name), 2 * n, scaled(each.used, 100)),
              line(t.gpuMemory(each.name), 2 * n + 1, scaled(each.memory, 100 / Math.max(1, each.memory_of))),
            ])}
        />
      )}
    </div>
  );
}
