import { defineWords } from "../../i18n/words";
import { en } from "./en";
import { zh } from "./zh";

export const words = defineWords(en, zh);
