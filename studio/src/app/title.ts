/** The tab's title: what is open, then the product. */
import { useEffect } from "react";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · loomwork` : "loomwork studio";
  }, [title]);
}
