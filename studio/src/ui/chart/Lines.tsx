/** uPlot in our colours; drawn anew when the theme turns. */
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colourOf, theme } from "../../look/theme";

export interface ChartLine {
  readonly label: string;
  /** A colour token, as `--accent`. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  /** What it shows, for those who hear the page. */
  label: string;
  /** Along the bottom, growing. */
  at: readonly number[];
  lines: readonly ChartLine[];
  height: number;
  showAt: (value: number) => string;
  showValue: (value: number) => string;
  /** How far in the drawing begins and ends, in pixels: as far as the labels need. */
  onBox?: (left: number, right: number) => void;
}

const LEAST = 30;
const GLYPH = 6.4;

/** How wide an axis must be for its labels. */
export const axisWidth = (labels: readonly (string | null)[] | null): number =>
  Math.ceil(Math.max(LEAST, ...(labels ?? []).map((each) => (each ?? "").length * GLYPH + 10)));

function optionsOf(props: ChartProps, width: number): uPlot.Options {
  const axis = {
    stroke: colourOf("--text-dim"),
    font: "10.5px 'Geist Mono', monospace",
    grid: { stroke: colourOf("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: props.height,
    padding: [6, Math.ceil((props.showAt(props.at.at(-1) ?? 0).length * GLYPH) / 2), 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(1, most) * 1.12] } },
    axes: [
      { ...axis, grid: { show: false }, size: 18, gap: 2, space: 70, values: (_, all) => all.map(props.showAt) },
      {
        ...axis,
        size: (_, labels) => axisWidth(labels),
        gap: 4,
        space: 22,
        values: (_, all) => all.map(props.showValue),
      },
    ],
    hooks: {
      draw: [
        ({ bbox, width: whole }) => {
          const left = bbox.left / devicePixelRatio;
          props.onBox?.(left, whole - left - bbox.width / devicePixelRatio);
        },
      ],
    },
    series: [
      {},
      ...props.lines.map((line) => ({
        label: line.label,
        stroke: colourOf(line.colour),
        width: 1.5,
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
}

export default function Lines(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const draw = (): void => {
      plot.current?.destroy();
      const { at, lines } = latest.current;
      const data = [at, ...lines.map((line) => line.values)] as unknown as uPlot.AlignedData;
      plot.current = new uPlot(optionsOf(latest.current, box.clientWidth || 300), data, box);
    };
    draw();
    const seen = new ResizeObserver(() =>
      plot.current?.setSize({ width: box.clientWidth, height: latest.current.height }),
    );
    seen.observe(box);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", draw);
    const unsubscribe = theme.subscribe(() => requestAnimationFrame(draw));
    return () => {
      seen.disconnect();
      system.removeEventListener("change", draw);
      unsubscribe();
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => {
    plot.current?.setData([props.at, ...props.lines.map((line) => line.values)] as unknown as uPlot.AlignedData);
  }, [props.at, props.lines]);
  return <div ref={place} role="img" aria-label={props.label} />;
}
