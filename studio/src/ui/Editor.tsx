/** An editor for prompt files and JSON. CodeMirror is loaded where one is opened. */
import { lazy, Suspense } from "react";
import type { EditorProps } from "./editor/CodeMirror";
import { Loading } from "./Told";

const CodeMirror = lazy(() => import("./editor/CodeMirror"));

export function Editor(props: EditorProps) {
  return (
    <Suspense fallback={<Loading />}>
      <CodeMirror {...props} />
    </Suspense>
  );
}
