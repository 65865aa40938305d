/** One trace on a page of its own: the tree with the waterfall, and the chosen span beside it. */
import { useEffect, useState } from "react";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { changeQuery, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { frame } from "../../i18n/frame";
import { useWords } from "../../i18n/words";
import { Panel } from "../../ui/Panel";
import { Loading, ProblemNote } from "../../ui/Told";
import { Copy } from "../../ui/trace/Copy";
import { SpanActions } from "../../ui/trace/SpanActions";
import { SpanDetail, SpanHead, useSpan } from "../../ui/trace/SpanDetail";
import { shortName, type Trace } from "../../ui/trace/shape";
import { keptIn, placeOf, TraceFigures, TraceTreeView, useTrace } from "../../ui/trace/TraceView";
import { lastList } from "./filters";
import { words } from "./words";

export function TracePage({ trace }: { trace: string }) {
  const t = useWords(words);
  const loaded = useTrace(trace);
  const { data } = loaded;
  useTitle(data ? shortName(data.head.name) : t.trace);
  return (
    <>
      <Bar
        title={
          <>
            <Link className="soft" to={lastList()}>
              {t.traces}
            </Link>
            <span className="bar-sep">/</span>
            <h1 className="line theirs">{data ? shortName(data.head.name) : ""}</h1>
            <span className="line mono dim">{(data?.head.trace ?? trace).slice(0, 16)}</span>
            {data && <Copy of={data.head.trace} label={t.copyTrace} />}
          </>
        }
      />
      {loaded.problem && <ProblemNote problem={loaded.problem} onAgain={loaded.reload} />}
      {data ? <Opened key={data.head.trace} trace={data} /> : loaded.loading && <Loading />}
    </>
  );
}

function Opened({ trace }: { trace: Trace }) {
  const t = useWords(words);
  const f = useWords(frame);
  const [chosen] = useQuery("span");
  const [at, setAt] = useState(() => placeOf(trace, chosen));
  const [closed, setClosed] = useState(false);
  useEffect(() => {
    if (chosen) setAt((now) => (trace.ids[now] === chosen ? now : placeOf(trace, chosen)));
  }, [trace, chosen]);
  useEffect(() => document.querySelector<HTMLElement>("[role=tree]")?.focus(), []);
  const span = useSpan(keptIn(trace, at), closed ? "" : (trace.ids[at] ?? ""));
  const choose = (place: number): void => {
    setAt(place);
    changeQuery({ span: trace.ids[place] });
  };
  const open = (): void => {
    setClosed(false);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(".panel-body")?.focus());
  };
  const leave = (): void => {
    if (closed) navigate(lastList());
    else setClosed(true);
  };
  useActions([
    { id: "trace-detail", label: f.open, keys: "Enter", inStatus: true },
    { id: "trace-leave", label: t.back, keys: "Escape", inStatus: true, run: leave },
  ]);
  const isRecord = (trace.from_record[at] ?? 0) > 0;
  return (
    <div className="split">
      <div className="content">
        <div className="trace-head">
          <TraceFigures trace={trace} />
          {trace.head.error && (
            <p className="line theirs trace-error" title={trace.head.error}>
              {trace.head.error}
            </p>
          )}
        </div>
        <TraceTreeView trace={trace} at={at} onAt={choose} onOpen={open} onLeave={leave} alone />
      </div>
      {!closed && (
        <Panel
          label={t.span}
          subject={`${at}`}
          onClose={() => setClosed(true)}
          head={span.shown ? <SpanHead span={span.shown} isRecord={isRecord} /> : <h2>{t.span}</h2>}
          foot={<SpanActions trace={trace} span={span.data} alone />}
        >
          <SpanDetail key={`${at}`} loaded={span} />
        </Panel>
      )}
    </div>
  );
}
