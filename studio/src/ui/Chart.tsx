/** Lines over time. uPlot is loaded where one is shown. */
import { lazy, Suspense } from "react";
import type { ChartProps } from "./chart/Lines";

const Lines = lazy(() => import("./chart/Lines"));

export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<div style={{ height: props.height }} />}>
      <Lines {...props} />
    </Suspense>
  );
}
