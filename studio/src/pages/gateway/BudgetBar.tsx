/** One budget: how much of it is spent in its period, as a bar and in words. */
import type { Answer } from "../../api/client";
import { count, money } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { words } from "./words";

export type Budget = Answer<"get_key">["budgets"][number];
const FULL = 100;
const TIGHT = 0.9;

export const amountOf = (amount: number, unit: string): string =>
  unit === "tokens" ? `${count(amount)} tokens` : money({ [unit]: amount / 1e6 }) || `0 ${unit}`;

export function BudgetBar({ budget, short }: { budget: Budget; short?: boolean }) {
  const t = useWords(words);
  const share = budget.most > 0 ? Math.min(1, budget.spent / budget.most) : 1;
  const told = `${t.heldOf(amountOf(budget.spent, budget.unit), amountOf(budget.most, budget.unit))} ${t[budget.period]}`;
  return (
    <span className={`gate-budget${short ? " short" : ""}`}>
      <span
        className="gate-bar"
        role="meter"
        aria-label={told}
        aria-valuemin={0}
        aria-valuemax={FULL}
        aria-valuenow={Math.round(share * FULL)}
      >
        <span className={share >= TIGHT ? "tight" : ""} style={{ width: `${share * FULL}%` }} />
      </span>
      <span className="line">{told}</span>
    </span>
  );
}
