/** Two or three items side by side, facet by facet. */

import { text } from "../language";
import type { Compare, Message } from "../wire";
import { el, unseen } from "./dom";
import { facetText, nameOf } from "./facet";

/** The comparison of a message: as the bot made it, else the facets of its slate. */
export function comparisonOf(message: Message): Compare | null {
  if (message.compare) return message.compare;
  if (message.type !== "compare" || !message.slate) return null;
  const items = message.slate.items;
  const facets = [...new Set(items.flatMap((item) => Object.keys(item.facets)))];
  const rows = facets.map((facet) => {
    const values = items.map((item) => item.facets[facet] ?? null);
    const differs = new Set(values.map((value) => facetText(value, facet))).size > 1;
    return { label: nameOf(facet, message.slate?.words ?? {}), values, differs };
  });
  return { titles: items.map((item) => item.title), rows };
}

export function compareView(compare: Compare): HTMLElement {
  const heads = compare.titles.map((title) => el("th", { scope: "col" }, title));
  const rows = compare.rows.map((row) =>
    el(
      "tr",
      { class: row.differs ? "differs" : null },
      el("th", { scope: "row" }, row.label, row.differs && unseen(` (${text("differs")})`)),
      ...row.values.map((value) => el("td", {}, facetText(value, row.label) || "–")),
    ),
  );
  const table = el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), ...heads)), el("tbody", {}, ...rows));
  return el("div", { class: "compare", tabindex: 0, role: "region", "aria-label": compare.titles.join(" / ") }, table);
}
