/** Whoever leaves what is not saved is told where it is: the words for a draft that stays in this browser. */
import { useEffect, useRef } from "react";
import { frame } from "../i18n/frame";
import { wordsNow } from "../i18n/words";
import { notify } from "./toasts";

export const tellKept = (): void => notify("plain", wordsNow(frame).draftLeft);

export function useToldOnLeaving(isUnsaved: boolean): void {
  const latest = useRef(isUnsaved);
  latest.current = isUnsaved;
  useEffect(
    () => () => {
      if (latest.current) tellKept();
    },
    [],
  );
}
