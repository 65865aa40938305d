/** Through whose eyes a base is seen: all of it in the address. Knows no component. */
import { useQuery } from "../../app/router";

export interface Lens {
  readonly person: string;
  readonly groups: readonly string[];
  /** As the address and the API have them. */
  readonly text: string;
  readonly isOn: boolean;
  readonly key: string;
}

export const groupsIn = (text: string): string[] =>
  text
    .split(/[,，]/)
    .map((each) => each.trim())
    .filter(Boolean);

export function useLens(): Lens {
  const [person] = useQuery("as");
  const [typed] = useQuery("groups");
  const groups = groupsIn(typed);
  return {
    person,
    groups,
    text: groups.join(","),
    isOn: Boolean(person || groups.length),
    key: `${person}|${groups.join(",")}`,
  };
}

export function spokenLanguage(code: string, spoken: string): string {
  if (!code) return "–";
  if (code === "mixed") return spoken === "zh" ? "多种语言" : "mixed";
  try {
    return new Intl.DisplayNames([spoken === "zh" ? "zh-CN" : "en"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
