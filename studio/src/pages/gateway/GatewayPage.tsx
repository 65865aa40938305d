/** The gateway: keys with their budgets, the audit log, releases. Each part has an address of its own. */
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { navigate, usePlace } from "../../app/router";
import { useTitle } from "../../app/title";
import { useWords } from "../../i18n/words";
import { Segments } from "../../ui/Field";
import { Audit } from "./Audit";
import { Keys } from "./Keys";
import { Releases } from "./Releases";
import { words } from "./words";
import "../../look/lists.css";
import "./gateway.css";

const PARTS = ["keys", "audit", "releases"] as const;
type Part = (typeof PARTS)[number];
const PATHS: Record<Part, string> = { keys: "/gateway", audit: "/gateway/audit", releases: "/gateway/releases" };

export default function GatewayPage() {
  const t = useWords(words);
  const { path } = usePlace();
  const part = PARTS.find((each) => PATHS[each] === path) ?? "keys";
  useTitle(`${t.gateway} · ${t[part]}`);
  const turn = (): void => navigate(PATHS[PARTS[(PARTS.indexOf(part) + 1) % PARTS.length] ?? "keys"]);
  useActions([{ id: "gateway-part", label: t.nextPart, keys: "t", inStatus: true, run: turn }]);
  return (
    <>
      <Bar title={<h1>{t.gateway}</h1>}>
        <Segments
          label={t.part}
          value={part}
          options={PARTS.map((each) => ({ value: each, label: t[each] }))}
          onChange={(value) => navigate(PATHS[value])}
        />
      </Bar>
      {part === "keys" && <Keys />}
      {part === "audit" && <Audit />}
      {part === "releases" && <Releases />}
    </>
  );
}
