/** A difference with its interval: a dot on a line, and where 0 is. */
import { useWords } from "../../i18n/words";
import { type Estimate, plotOf, signed } from "./figures";
import { words } from "./words";

interface Props {
  of: Estimate;
  name: string;
  kind: "share" | "mean";
  verdict: string;
  unit?: string;
}

const WIDTH = 110;
const HEIGHT = 18;

export function Plot({ of, name, kind, verdict, unit = "" }: Props) {
  const t = useWords(words);
  const { zero, at, from, to } = plotOf(of);
  const say = (value: number): string => signed(name, kind, value, unit);
  const label =
    of.low === null || of.high === null ? t.plotNone(say(of.value)) : t.plot(say(of.value), say(of.low), say(of.high));
  const x = (place: number): number => 4 + place * (WIDTH - 8);
  const y = HEIGHT / 2;
  return (
    <svg className={`dotline ${verdict}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <line className="dotline-base" x1={x(0)} x2={x(1)} y1={y} y2={y} />
      <line className="dotline-zero" x1={x(zero)} x2={x(zero)} y1={1} y2={HEIGHT - 1} />
      {of.low !== null && <line className="dotline-interval" x1={x(from)} x2={x(to)} y1={y} y2={y} />}
      <circle className="dotline-dot" cx={x(at)} cy={y} r={3.5} />
    </svg>
  );
}
