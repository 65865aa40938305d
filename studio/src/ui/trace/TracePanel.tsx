/** A trace beside a page: the tree above, the chosen span beneath it. For the grid, for a list, wherever one is pointed at. */
import { useEffect, useState } from "react";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { useWords } from "../../i18n/words";
import { Icon } from "../Icon";
import { Panel } from "../Panel";
import { Loading, ProblemNote } from "../Told";
import { SpanActions } from "./SpanActions";
import { SpanDetail, SpanHead, useSpan } from "./SpanDetail";
import { shortName, type Trace } from "./shape";
import { keptIn, placeOf, TraceFigures, TraceTreeView, useTrace } from "./TraceView";
import { words } from "./words";

interface Props {
  traceId: string;
  /** The span that is chosen at first; empty: the root. */
  spanId?: string;
  onClose: () => void;
  /** Another span was chosen. */
  onSpan?: (span: string) => void;
}

export function TracePanel({ traceId, spanId = "", onClose, onSpan }: Props) {
  const t = useWords(words);
  const loaded = useTrace(traceId);
  const trace = loaded.data;
  if (trace) {
    return <Opened key={trace.head.trace} trace={trace} spanId={spanId} onClose={onClose} onSpan={onSpan} />;
  }
  return (
    <Panel label={t.trace} head={<h2>{t.trace}</h2>} onClose={onClose}>
      {loaded.problem ? <ProblemNote problem={loaded.problem} onAgain={loaded.reload} /> : <Loading />}
    </Panel>
  );
}

interface OpenedProps {
  trace: Trace;
  spanId: string;
  onClose: () => void;
  onSpan: ((span: string) => void) | undefined;
}

function Opened({ trace, spanId, onClose, onSpan }: OpenedProps) {
  const t = useWords(words);
  const [at, setAt] = useState(() => placeOf(trace, spanId));
  useEffect(() => {
    setAt((now) => (trace.ids[now] === spanId || !spanId ? now : placeOf(trace, spanId)));
  }, [trace, spanId]);
  const id = trace.ids[at] ?? "";
  const span = useSpan(keptIn(trace, at), id);
  const choose = (place: number): void => {
    setAt(place);
    onSpan?.(trace.ids[place] ?? "");
  };
  const isRecord = (trace.from_record[at] ?? 0) > 0;
  return (
    <Panel
      label={t.trace}
      subject={trace.head.trace}
      onClose={onClose}
      head={
        <div className="span-head">
          <div className="row">
            <h2 className="line theirs">{shortName(trace.head.name)}</h2>
            <Link
              className="button quiet small icon"
              to={address("/traces/:trace", { trace: trace.head.trace }, { span: id })}
              aria-label={t.openWhole}
              title={t.openWhole}
            >
              <Icon name="link" size={14} />
            </Link>
          </div>
          <TraceFigures trace={trace} />
        </div>
      }
      foot={<SpanActions trace={trace} span={span.data} />}
    >
      <div className="panel-tree" style={{ height: Math.min(trace.ids.length * 28 + 116, 340) }}>
        <TraceTreeView trace={trace} at={at} onAt={choose} onLeave={onClose} />
      </div>
      {span.shown && (
        <div className="panel-span">
          <SpanHead span={span.shown} isRecord={isRecord} />
        </div>
      )}
      <SpanDetail key={`${at}`} loaded={span} />
    </Panel>
  );
}
