import type { PageProps } from "../../app/pages";
import { TraceListPage } from "./TraceListPage";
import { TracePage } from "./TracePage";

/** The traces, or one of them. */
export default function TracesPage({ params }: PageProps) {
  return params.trace ? <TracePage trace={params.trace} /> : <TraceListPage />;
}
