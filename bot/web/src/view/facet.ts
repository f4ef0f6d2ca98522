/** Facets of an item, whatever the catalog: lists, numbers, flags and words; unknown values are left out. */

import { shown, text } from "../language";
import type { FacetValue, Words } from "../wire";
import { el, unseen } from "./dom";

const STARS = 5;
/** The facet that is drawn as stars, and first. */
const RATING = "rating";

/** The value in words; "" for an unknown one. */
export function facetText(value: FacetValue, label: string, names: Record<string, string> = {}): string {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map((one) => facetText(one, label, names)).filter(Boolean).join(", ");
  if (typeof value === "boolean") return value ? label : text("without", { facet: label });
  return Object.hasOwn(names, String(value)) ? names[String(value)]! : shown(value);
}

/** What people call the facet: "price_per_head" is "price per head" where the bot has no word for it. */
export function nameOf(facet: string, words: Words): string {
  return (Object.hasOwn(words, facet) && words[facet]!.label) || facet.replace(/[_-]+/g, " ");
}

/** The facets of a card, without those that its subtitle already says. */
export function facetList(facets: Record<string, FacetValue>, words: Words, subtitle: string): HTMLElement | null {
  const said = new Set(partsOf(subtitle));
  const rated = Object.entries(facets).sort(([one], [other]) => Number(other === RATING) - Number(one === RATING));
  const parts = rated.flatMap(([facet, value]) => facetParts(facet, value, words, said));
  return parts.length ? el("ul", { class: "facets" }, ...parts.map((part) => el("li", {}, part))) : null;
}

function facetParts(facet: string, value: FacetValue, words: Words, said: Set<string>): HTMLElement[] {
  if (Array.isArray(value)) return value.flatMap((one) => facetParts(facet, one, words, said));
  const label = nameOf(facet, words);
  const shownValue = facetText(value, label, Object.hasOwn(words, facet) ? words[facet]!.values : {});
  if (shownValue === "" || said.has(shownValue.toLowerCase())) return [];
  if (typeof value === "number" && facet === RATING && value >= 0 && value <= STARS) return [stars(value)];
  const needsLabel = typeof value === "number" && facet !== "year";
  return [el("span", { class: "facet" }, needsLabel && el("span", { class: "facet-label" }, label), shownValue)];
}

/** "1995 · crime, thriller" says 1995, crime and thriller. */
const partsOf = (subtitle: string): string[] => subtitle.toLowerCase().split(/\s*[,;·|•，、；]\s*/);

/** Five stars, filled to the tenth, with the figure beside. */
function stars(value: number): HTMLElement {
  const rounded = Math.round(value * 10) / 10;
  const drawn = el("span", { class: "stars", "data-filled": Math.round((value / STARS) * 10), "aria-hidden": "true" });
  const figure = el("span", { "aria-hidden": "true" }, shown(rounded));
  return el("span", { class: "facet rating" }, drawn, figure, unseen(text("stars", { value: rounded, top: STARS })));
}
