/** What a run would do: each step with what is reused, what will run and why, and the cost. */
import type { Answer } from "../../api/client";
import { money } from "../../i18n/figures";
import { reasonText } from "../../i18n/kinds";
import { useWords } from "../../i18n/words";
import { hueOf } from "../../look/kinds";
import { words } from "./words";

type Plan = Answer<"plan_run">;

export function PlanTable({ plan }: { plan: Plan }) {
  const t = useWords(words);
  const runs = plan.steps.some((step) => step.will_run + step.may_run > 0);
  const cost = Object.entries(plan.cost)
    .map(([currency, { min, max }]) => {
      const least = money({ [currency]: min }) || "0";
      if (plan.unknown && max === null) return t.planUnknown;
      if (max === null) return `≥ ${least}`;
      return max === min ? least : `${least} – ${money({ [currency]: max }) || "0"}`;
    })
    .join(" + ");
  return (
    <section aria-label={t.planDialog}>
      <p className="row" style={{ marginBottom: 8 }}>
        <span className="chip">{t.planItems(plan.items)}</span>
        <span className="chip">
          {plan.unknown ? t.planCallsUnknown : t.planCalls(plan.model_calls.min, plan.model_calls.max)}
        </span>
        {cost && <span className="chip">{t.planCost(cost)}</span>}
      </p>
      {plan.never_ran.length > 0 && <p>{t.planNeverRan(plan.never_ran.join(", "))}</p>}
      {!runs && !plan.unknown && <p style={{ color: "var(--ok)" }}>{t.planNothing}</p>}
      <table className="table">
        <thead>
          <tr>
            <th>{t.step}</th>
            <th className="num">{t.planHits}</th>
            <th className="num">{t.planWill}</th>
            <th className="num">{t.planMay}</th>
            <th className="num">{t.planOutside}</th>
            <th>{t.planReasons}</th>
          </tr>
        </thead>
        <tbody>
          {plan.steps.map((step) => (
            <tr key={step.name}>
              <td>
                <span className="row">
                  <span className="dot" style={{ background: `var(${hueOf(step.kind)})` }} />
                  <span className="theirs">{step.name}</span>
                </span>
              </td>
              {step.unknown ? (
                <td className="dim" colSpan={5}>
                  {t.planStepUnknown}
                </td>
              ) : (
                <>
                  <td className="num" style={{ color: step.hits ? "var(--hit)" : "var(--text-dim)" }}>
                    {step.hits}
                  </td>
                  <td className="num" style={{ fontWeight: step.will_run ? 600 : 400 }}>
                    {step.will_run}
                  </td>
                  <td className="num">{step.may_run}</td>
                  <td className="num">{step.outside}</td>
                  <td className="theirs soft">
                    {step.reasons.map((each) => t.reason(reasonText(each.kind, each.names), each.count)).join("; ")}
                  </td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
