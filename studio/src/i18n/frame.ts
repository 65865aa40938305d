import { en } from "./en";
import { defineWords } from "./words";
import { zh } from "./zh";

export const frame = defineWords(en, zh);
