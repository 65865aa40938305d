/** What can be done with a span: replay, playground, dataset, case. */
import { useState } from "react";
import { useActions } from "../../app/actions";
import { pageAt } from "../../app/pages";
import { address, navigate } from "../../app/router";
import { useWords } from "../../i18n/words";
import { Button } from "../Button";
import { AddRowDialog } from "./AddRowDialog";
import { CaseDialog } from "./CaseDialog";
import { ReplayDialog } from "./ReplayDialog";
import type { Span, Trace } from "./shape";
import { words } from "./words";

/** Whether a model was asked: by the span itself, or with its own words by what it called. */
function asksModel(span: Span): boolean {
  const calls = span.record?.calls ?? [];
  return span.messages.length > 0 || span.prompts.length > 0 || calls.some((call) => call.kind === "model");
}

interface Props {
  trace: Trace;
  span: Span | null;
  /** The page's keys are heard for it. */
  alone?: boolean;
}

export function SpanActions({ trace, span, alone = false }: Props) {
  const t = useWords(words);
  const [open, setOpen] = useState<"" | "replay" | "row" | "case">("");
  const canPlay = span !== null && asksModel(span);
  const canAdd = span !== null && span.input !== null && span.input.state === "whole";
  const play = (): void => {
    if (span && canPlay) navigate(address("/playground", {}, { trace: span.trace, span: span.span }));
  };
  const all = [
    { id: "span-replay", label: t.replayHere, keys: "r", run: () => setOpen("replay") },
    { id: "span-play", label: t.openPlayground, keys: "p", run: play },
    { id: "span-add", label: t.addDataset, keys: "a", run: () => setOpen("row") },
    { id: "span-case", label: t.makeCase, keys: "i", run: () => setOpen("case") },
  ];
  useActions(alone ? all : []);
  return (
    <>
      <Button icon="play" onClick={() => setOpen("replay")}>
        {t.replayHere}
      </Button>
      {pageAt("/playground") && (
        <Button icon="flask" disabled={!canPlay} onClick={play}>
          {t.openPlayground}
        </Button>
      )}
      <Button icon="data" disabled={!canAdd} onClick={() => setOpen("row")}>
        {t.addDataset}
      </Button>
      <Button icon="board" onClick={() => setOpen("case")}>
        {t.makeCase}
      </Button>
      {open === "replay" && <ReplayDialog trace={trace} span={span} onClose={() => setOpen("")} />}
      {open === "case" && (
        <CaseDialog trace={trace.head.trace} failed={trace.head.error !== ""} onClose={() => setOpen("")} />
      )}
      {open === "row" && canAdd && <AddRowDialog span={span} onClose={() => setOpen("")} />}
    </>
  );
}
