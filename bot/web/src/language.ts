/** The language of the page, its texts, and the language a message is written in. */

import english from "./texts/en.yml";
import chinese from "./texts/zh.yml";

export type Language = "en" | "zh";
type Values = Record<string, string | number>;

const TEXTS: Record<Language, Record<string, unknown>> = { en: english, zh: chinese };
const HAN = /\p{Script=Han}/u;
const LETTER = /\p{L}/u;

/** The first language of the browser that the page speaks; English when it speaks none of them. */
function languageOfBrowser(): Language {
  for (const tag of navigator.languages) {
    const code = tag.toLowerCase().split("-")[0];
    if (code === "zh" || code === "en") return code;
  }
  return "en";
}

/** The language of the page around the messages. */
export const language: Language = languageOfBrowser();

let spoken: Language = language;

/** What `make` makes, with the page's texts in it in another language: a message is in one language as a whole. */
export function speaking<Made>(other: Language, make: () => Made): Made {
  const before = spoken;
  spoken = other;
  try {
    return make();
  } finally {
    spoken = before;
  }
}

/** The page's text of that key with `{name}` filled in; `n` chooses between plural forms. */
export function text(key: string, values: Values = {}): string {
  let entry = TEXTS[spoken][key];
  if (entry && typeof entry === "object" && !Array.isArray(entry)) {
    const forms = entry as Record<string, string>;
    entry = forms[new Intl.PluralRules(spoken).select(Number(values.n))] ?? forms.other;
  }
  if (typeof entry !== "string") throw new Error(`texts/${spoken}.yml: ${key}: no such text`);
  return entry.replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name] ?? ""));
}

/** The page's list of texts of that key. */
export function texts(key: string): string[] {
  return (TEXTS[language][key] as string[]) ?? [];
}

/** The number as people of that language write it; years keep their four digits together. */
export function shown(value: string | number): string {
  if (typeof value === "string") return value;
  return new Intl.NumberFormat(spoken, { maximumFractionDigits: 2, useGrouping: "min2" }).format(value);
}

/** Chinese when a fifth of the letters are Han, so that screen readers and fonts choose well; else English. */
export function languageOf(words: string): Language {
  const letters = [...words].filter((letter) => LETTER.test(letter));
  const han = letters.filter((letter) => HAN.test(letter)).length;
  return han * 5 > letters.length ? "zh" : "en";
}
