/** The console's texts in the language of the browser, and lengths of time as people say them. */

import { language } from "../language";
import english from "./texts.en.yml";
import chinese from "./texts.zh.yml";

type Values = Record<string, string | number>;

const TEXTS = (language === "zh" ? chinese : english) as Record<string, string | Record<string, string>>;

/** The text of that key with `{name}` filled in; `n` chooses between plural forms. */
export function word(key: string, values: Values = {}): string {
  let entry = TEXTS[key];
  if (entry !== undefined && typeof entry !== "string") entry = entry[new Intl.PluralRules(language).select(Number(values.n))] ?? entry.other;
  if (entry === undefined) throw new Error(`console texts: ${key}: no such text`);
  return entry.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** The text of a key that data names, else what the data says. */
export const wordFor = (prefix: string, name: string): string => (Object.hasOwn(TEXTS, prefix + name) ? word(prefix + name) : name);

/** How long ago it was: "45 s", "12 min", "3 h". */
export function since(at: Date): string {
  const seconds = Math.max(0, Math.round((Date.now() - at.getTime()) / 1000));
  const [amount, unit] = seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [Math.floor(seconds / 60), "minute"] : [Math.floor(seconds / 3600), "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit: unit as string, unitDisplay: "short" }).format(amount as number);
}
