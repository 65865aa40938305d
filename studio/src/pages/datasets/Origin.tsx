/** Where a row came from, as links. */
import type { components } from "../../api/client";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { moment } from "../../i18n/figures";
import { useLanguage, useWords } from "../../i18n/words";
import { words } from "./words";

type RowOrigin = components["schemas"]["RowOrigin"];

export function OriginLinks({ of, inList = false }: { of: RowOrigin; inList?: boolean }) {
  const t = useWords(words);
  const spoken = useLanguage();
  const hasItem = of.run !== "" && of.item >= 0;
  return (
    <span className={inList ? "line row" : "origin row"}>
      {of.run && (
        <Link
          to={address("/runs/:run", { run: of.run }, hasItem ? { item: of.item, trial: of.trial || undefined } : {})}
          {...(inList ? { tabIndex: -1 } : {})}
        >
          {t.fromRun}
          {hasItem && ` · ${t.itemOf(of.item)}`}
        </Link>
      )}
      {of.trace && (
        <Link
          to={address("/traces/:trace", { trace: of.trace }, { span: of.span })}
          {...(inList ? { tabIndex: -1 } : {})}
        >
          {t.fromTrace}
        </Link>
      )}
      {!inList && of.at_ms > 0 && <span className="dim">{t.addedAt(moment(of.at_ms, spoken))}</span>}
    </span>
  );
}
