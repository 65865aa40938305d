/** What is being tried: inputs and variants. Values and what is read from them; knows no component and no API call. */
import type { components } from "../../api/client";
import { createDrafts } from "../../state/drafts";
import { type NumberRule, numberFault, numberOf } from "../../ui/numbers";

export type Opening = components["schemas"]["Opening"];
export type PromptDetail = components["schemas"]["PromptDetail"];
export type PlayVariant = components["schemas"]["Variant"];
export const ROLES = ["system", "developer", "user", "assistant"] as const;
export type Role = (typeof ROLES)[number];

export interface Turn {
  readonly id: number;
  readonly role: Role;
  readonly text: string;
}

export interface VariantDraft {
  readonly id: number;
  readonly model: string;
  /** Of the prompt's file, where the draft has one. */
  readonly text: string;
  /** Else the conversation. */
  readonly turns: readonly Turn[];
  readonly temperature: string;
  readonly maxTokens: string;
}

export interface Draft {
  /** What it was opened from: another one begins anew. */
  readonly source: string;
  /** The prompt's file in the project; empty: a conversation. */
  readonly prompt: string;
  /** The prompt's name; empty: none. */
  readonly name: string;
  /** What the file holds, as far as is known here, and its digest. */
  readonly base: string;
  readonly digest: string;
  /** A conversation is asked word for word; else it is a template of one system and one user text. */
  readonly exact: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly missing: readonly string[];
  readonly variants: readonly VariantDraft[];
  readonly next: number;
}

export const MOST = 8;

/** A, B, C: by place. */
export const letterOf = (place: number): string => String.fromCharCode(65 + place);

const SLOT =
  /\{\{-?\s*([A-Za-z_]\w*)|\{%-?\s*(?:if|elif)\s+(?:not\s+)?([A-Za-z_]\w*)|\{%-?\s*for\s+[\w, ]+\s+in\s+([A-Za-z_]\w*)/g;
const BOUND = /\{%-?\s*for\s+([\w, ]+?)\s+in\s|\{%-?\s*set\s+(\w+)/g;

/** The variables that a template wants, in the order in which they stand. */
export function variablesOf(text: string): string[] {
  const bound = new Set(["loop", "true", "false", "none"]);
  for (const found of text.matchAll(BOUND)) {
    for (const name of (found[1] ?? found[2] ?? "").split(/[,\s]+/)) if (name) bound.add(name);
  }
  const names = [...text.matchAll(SLOT)].map((found) => found[1] ?? found[2] ?? found[3] ?? "");
  return [...new Set(names)].filter((name) => name && !bound.has(name));
}

/** All of a variant's text. */
export function textOf(draft: Draft, variant: VariantDraft): string {
  return draft.prompt ? variant.text : variant.turns.map((turn) => turn.text).join("\n");
}

/** The variables of all variants. */
export function wantedBy(draft: Draft): string[] {
  if (!draft.prompt && draft.exact) return [];
  return [...new Set(draft.variants.flatMap((each) => variablesOf(textOf(draft, each))))];
}

/** A conversation as a prompt file. */
export function fileOf(turns: readonly Turn[]): string {
  return `${turns.map((turn) => `## ${turn.role}\n${turn.text.trim()}`).join("\n\n")}\n`;
}

/** What a variant's file would hold. */
export function savedText(draft: Draft, variant: VariantDraft): string {
  return draft.prompt ? variant.text : fileOf(variant.turns);
}

const shown = (value: number | null): string => (value === null ? "" : String(value));

/** A call, opened. */
export function fromOpening(source: string, of: Opening): Draft {
  const turns = of.turns.map((turn, id) => ({ id, role: turn.role, text: turn.text }));
  const variant: VariantDraft = {
    id: 0,
    model: of.model || (of.models[0] ?? ""),
    text: of.text,
    turns: turns.length > 0 ? turns : blankTurns(),
    temperature: shown(of.temperature),
    maxTokens: shown(of.max_tokens),
  };
  return {
    source,
    prompt: of.prompt,
    name: of.prompt,
    base: of.text,
    digest: of.digest,
    exact: !of.prompt,
    inputs: of.inputs,
    missing: of.missing,
    variants: [variant],
    next: turns.length + 2,
  };
}

/** A prompt's file, opened: with what stands for its variables where nothing is given. */
export function fromPrompt(source: string, of: PromptDetail, models: readonly string[]): Draft {
  const needed = of.parts?.needed ?? variablesOf(of.text);
  return {
    source,
    prompt: of.path,
    name: of.name,
    base: of.text,
    digest: of.digest,
    exact: false,
    inputs: Object.fromEntries(needed.map((name) => [name, ""])),
    missing: needed,
    variants: [{ id: 0, model: models[0] ?? "", text: of.text, turns: [], temperature: "", maxTokens: "" }],
    next: 1,
  };
}

const blankTurns = (): Turn[] => [
  { id: 0, role: "system", text: "" },
  { id: 1, role: "user", text: "" },
];

export function blank(source: string, models: readonly string[]): Draft {
  return {
    source,
    prompt: "",
    name: "",
    base: "",
    digest: "",
    exact: false,
    inputs: {},
    missing: [],
    variants: [{ id: 0, model: models[0] ?? "", text: "", turns: blankTurns(), temperature: "", maxTokens: "" }],
    next: 3,
  };
}

/** With one variant more: like another, with the model that follows it. */
export function withCopy(draft: Draft, of: VariantDraft, models: readonly string[]): Draft {
  if (draft.variants.length >= MOST) return draft;
  const used = new Set(draft.variants.map((each) => each.model));
  const model = models.find((each) => !used.has(each)) ?? of.model;
  const at = draft.variants.indexOf(of) + 1;
  const variants = [...draft.variants.slice(0, at), { ...of, id: draft.next, model }, ...draft.variants.slice(at)];
  return { ...draft, variants, next: draft.next + 1 };
}

export function withVariant(draft: Draft, id: number, changes: Partial<VariantDraft>): Draft {
  return { ...draft, variants: draft.variants.map((each) => (each.id === id ? { ...each, ...changes } : each)) };
}

/** Empty: as the model's. */
export const TEMPERATURE: NumberRule = { form: "decimal", least: 0, empty: "allowed" };
export const MAX_TOKENS: NumberRule = { form: "whole", least: 1, empty: "allowed" };

/** Whether a variant's numbers are numbers: what is none would otherwise be the model's own. */
export const isSound = (variant: VariantDraft): boolean =>
  numberFault(variant.temperature, TEMPERATURE) === null && numberFault(variant.maxTokens, MAX_TOKENS) === null;

/** Whether all conversations can be templates: one system text and one user text at most. */
export function canBeTemplate(draft: Draft): boolean {
  return draft.variants.every(({ turns }) => {
    const roles = turns.map((turn) => turn.role);
    return roles.every((role) => role === "system" || role === "user") && new Set(roles).size === roles.length;
  });
}

/** As the API is asked. An empty message says nothing and is left out. */
export function asked(draft: Draft, variant: VariantDraft): PlayVariant {
  const turns = draft.prompt ? [] : variant.turns.filter((turn) => turn.text.trim() !== "");
  const said = (role: Role): string => (draft.exact ? "" : (turns.find((turn) => turn.role === role)?.text ?? ""));
  return {
    model: variant.model,
    prompt: draft.prompt,
    text: draft.prompt && variant.text !== draft.base ? variant.text : null,
    system: said("system"),
    user: said("user"),
    turns: draft.exact ? turns.map(({ role, text }) => ({ role, text })) : [],
    temperature: numberOf(variant.temperature, TEMPERATURE),
    max_tokens: numberOf(variant.maxTokens, MAX_TOKENS),
  };
}

const isDraft = (value: unknown): value is Draft => {
  const draft = value as Partial<Draft>;
  return (
    typeof draft?.source === "string" &&
    typeof draft.exact === "boolean" &&
    Array.isArray(draft.variants) &&
    typeof draft.inputs === "object"
  );
};
/** What is being tried, by what it was opened from: neither a reload nor another page loses it. */
export const playDrafts = createDrafts<Draft>("playground", isDraft);

/** Places of the variants whose text is not the file's. */
export function editedOf(draft: Draft): number[] {
  if (!draft.prompt) return [];
  return draft.variants.flatMap((each, i) => (each.text === draft.base ? [] : [i]));
}

/** What one begins with: what was edited of the same thing the last time, if anything was. */
export function begunWith(kept: Draft | null, of: Draft): Draft {
  if (!kept || kept.source !== of.source) return of;
  if (kept.digest === of.digest) return kept;
  return editedOf(kept).length > 0 || !kept.prompt ? kept : of;
}

/** The steps that are known to use a prompt, the one that did last first. */
export function targetsOf(detail: Pick<PromptDetail, "versions">): string[] {
  const uses = detail.versions.flatMap((each) => each.uses);
  return [...new Set(uses.sort((a, b) => b.started_ms - a.started_ms).map((each) => each.target))];
}
