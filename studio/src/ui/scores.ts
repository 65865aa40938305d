/** Scores as people read them, and where they stand on their scale. Knows no component. */
import { count, duration, money } from "../i18n/figures";

export interface Scale {
  readonly least: number | null;
  readonly most: number | null;
  readonly better: "higher" | "lower" | "none";
  readonly unit: string;
  readonly is_share?: boolean;
}

/** Three digits that mean something, in the unit of the scale. */
export function scoreText(value: number, unit: string): string {
  if (unit === "ms") return duration(value) || "0 ms";
  if (unit === "tokens") return count(Math.round(value));
  if (/^[A-Z]{3}$/.test(unit)) return money({ [unit]: value }) || "0";
  const text = plain(value);
  return unit ? `${text} ${unit}` : text;
}

/** A mean: of scores that are 0 or 1, a share. */
export function meanText(value: number, scale: Pick<Scale, "unit" | "is_share">): string {
  if (!scale.is_share) return scoreText(value, scale.unit);
  return `${(value * 100).toFixed(1).replace(/\.0$/, "")}%`;
}

/** A difference, with its sign; of shares in percentage points. */
export function differenceText(value: number, scale: Pick<Scale, "unit" | "is_share">): string {
  if (value === 0) return "0";
  const sign = value > 0 ? "+" : "−";
  const size = Math.abs(value);
  if (scale.is_share) return `${sign}${(size * 100).toFixed(1).replace(/\.0$/, "")} pp`;
  return sign + scoreText(size, scale.unit);
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(1);
  if (Number.isInteger(value) && size < 10_000) return String(value);
  return size >= 10_000 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** From 0, the worst, to 1, the best of a scale that has two ends; null where nobody can say. */
export function goodness(value: number, { least, most, better }: Scale): number | null {
  if (least === null || most === null || most <= least || better === "none") return null;
  const up = Math.max(0, Math.min(1, (value - least) / (most - least)));
  return better === "lower" ? 1 - up : up;
}

export type Tone = "good" | "mid" | "bad" | "";

/** Good is the best third of the scale, bad the worst; where it has no two ends, bad is what `floor` is or is below. */
export function toneOfScore(value: number, scale: Scale, floor: number | null = null): Tone {
  const at = goodness(value, scale);
  if (at !== null) return at >= 2 / 3 ? "good" : at <= 1 / 3 ? "bad" : "mid";
  if (floor === null || scale.better === "none") return "";
  return (scale.better === "lower" ? value >= floor : value <= floor) ? "bad" : "";
}
