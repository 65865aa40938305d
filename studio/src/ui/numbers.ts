/** What was typed where a number is wanted: the number, or what is wrong with it. Pure; knows no field and no word. */
export interface NumberRule {
  readonly form: "whole" | "decimal";
  readonly least?: number;
  readonly most?: number;
  /** Greater than this, where the least is not itself allowed. */
  readonly above?: number;
  /** Nothing typed: means something of its own (all, none), or is wrong. */
  readonly empty?: "allowed" | "wrong";
}

export type NumberFault = "empty" | "whole" | "number" | "least" | "most" | "above";

const FORMS = { whole: /^[+-]?\d+$/, decimal: /^[+-]?(\d+\.?\d*|\.\d+)$/ };

/** Full-width digits and signs are digits and signs. */
const plain = (text: string): string => text.normalize("NFKC").trim();

export function numberFault(text: string, rule: NumberRule): NumberFault | null {
  const typed = plain(text);
  if (typed === "") return rule.empty === "allowed" ? null : "empty";
  if (!FORMS[rule.form].test(typed)) return rule.form === "whole" ? "whole" : "number";
  const value = Number(typed);
  if (rule.form === "whole" && !Number.isSafeInteger(value)) return "whole";
  if (rule.above !== undefined && value <= rule.above) return "above";
  if (rule.least !== undefined && value < rule.least) return "least";
  if (rule.most !== undefined && value > rule.most) return "most";
  return null;
}

/** Null where nothing was typed. What is not a number raises: whoever sends it has looked at `numberFault` first. */
export function numberOf(text: string, rule: NumberRule): number | null {
  const fault = numberFault(text, rule);
  if (fault) throw new RangeError(`not a number to be used: ${text} (${fault})`);
  return plain(text) === "" ? null : Number(plain(text));
}
