/** The row that an address names, found among those that are there: keys go on from it. */
import { useEffect, useRef } from "react";
import { PAGE } from "../../state/paged";

interface Props {
  /** What the address says; empty where no row is open. */
  wanted: string;
  matching: number;
  version: number;
  keyAt: (place: number) => string;
  /** Where one is now. */
  at: number;
  onFound: (place: number) => void;
}

export function useFound({ wanted, matching, version, keyAt, at, onFound }: Props): void {
  const latest = useRef({ keyAt, at, onFound });
  latest.current = { keyAt, at, onFound };
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that came in are looked through anew
  useEffect(() => {
    const now = latest.current;
    if (!wanted || now.keyAt(now.at) === wanted) return;
    for (let place = 0; place < Math.min(matching, PAGE); place += 1) {
      if (now.keyAt(place) === wanted) return now.onFound(place);
    }
  }, [wanted, matching, version]);
}
