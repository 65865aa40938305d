/**
 * The pages: every folder of src/pages with a `page.ts` is one. See README.md for how one is added. Knows no page.
 */
import type { ComponentType } from "react";
import type { IconName } from "../ui/Icon";
import { match, type Params } from "./router";

export interface PageProps {
  params: Params;
}

export interface Page {
  readonly id: string;
  /** Where it stands in the navigation. */
  readonly group: "build" | "observe" | "improve";
  readonly order: number;
  readonly icon: IconName;
  readonly label: { readonly en: string; readonly zh: string };
  /** Its address in the navigation. */
  readonly home: string;
  /** The addresses that it answers to, as `/runs/:run`; the first that matches gives the parameters. */
  readonly patterns: readonly string[];
  readonly load: () => Promise<{ default: ComponentType<PageProps> }>;
}

export function definePage(page: Page): Page {
  return page;
}

const found = import.meta.glob<{ default: Page }>("../pages/*/page.ts", { eager: true });
export const pages: readonly Page[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => a.order - b.order);

export function pageAt(path: string): { page: Page; params: Params } | null {
  for (const page of pages) {
    for (const pattern of page.patterns) {
      const params = match(pattern, path);
      if (params) return { page, params };
    }
  }
  return null;
}
