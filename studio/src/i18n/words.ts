/** Typed words: a translation has exactly the keys of the English text and takes the same values. Knows no word. */
import { useSyncExternalStore } from "react";
import { createKept } from "../state/kept";

export type Language = "en" | "zh";

type Entry = string | ((...values: never[]) => string);
export type Dictionary = { readonly [key: string]: Entry };
/** What a translation of `T` must be: a missing key, or one too many, fails tsc. */
export type Translation<T extends Dictionary> = {
  readonly [K in keyof T]: T[K] extends (...values: infer V) => string ? (...values: V) => string : string;
};

const isLanguage = (value: unknown): value is Language => value === "en" || value === "zh";
const theirs = (): Language =>
  typeof navigator !== "undefined" && navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";

export const language = createKept<Language>("language", theirs(), isLanguage);

export function useLanguage(): Language {
  return useSyncExternalStore(language.subscribe, language.get, language.get);
}

/** Both languages of one part of the page. */
export interface Words<T extends Dictionary> {
  readonly en: T;
  readonly zh: Translation<T>;
}

export function defineWords<T extends Dictionary>(en: T, zh: Translation<T>): Words<T> {
  return { en, zh };
}

/** The words in the person's language. */
export function useWords<T extends Dictionary>(words: Words<T>): Translation<T> {
  return useLanguage() === "zh" ? words.zh : (words.en as unknown as Translation<T>);
}

/** The words outside React (a toast, a title). */
export function wordsNow<T extends Dictionary>(words: Words<T>): Translation<T> {
  return language.get() === "zh" ? words.zh : (words.en as unknown as Translation<T>);
}
