"""Reasons of the ranker, worded: each sentence says a fact that filter or score gave, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.wishes import facet_name, names_of, nouns, value_name
from actions.wording import Wording
from data.catalog import Catalog
from data.errors import DataError
from data.need import Constraint

Reason = Mapping[str, Any]
ORDER = ("similar", "taste", "text", "constraint", "popular")
"""What tells most about one item in particular comes first."""
TITLES = 2
"""Items named in one reason."""
SHARED = 3
"""Values named that two items have in common."""
ITEM_KEYS = ("like", "to", "liked", "of", "item_id", "item_ids", "items")


def worded(reasons: Sequence[Reason], catalog: Catalog, wording: Wording) -> list[dict[str, Any]]:
    """The reasons with their `text`; constraints become one reason, and what cannot be said in words is left out."""
    facts = [reason for reason in reasons if reason.get("kind") == "constraint"]
    met = [c for reason in facts if (c := _constraint(reason, catalog))]
    constraints = [c for c in met if c.op != "is_not"] or met  # what an item is says more than what it is not
    told: list[dict[str, Any]] = []
    if constraints:
        text = wording.label("utter_comma").join(names_of(constraints, catalog.pack, wording))
        told.append({"kind": "constraint", "text": text, "constraints": [c.as_dict() for c in constraints]})
    for reason in reasons:
        if reason.get("kind") == "constraint":
            continue
        text = _text(reason, catalog, wording)
        if text:
            told.append({**reason, "text": text})
    return sorted(told, key=lambda reason: ORDER.index(reason["kind"]) if reason["kind"] in ORDER else len(ORDER))


def _constraint(reason: Reason, catalog: Catalog) -> Constraint | None:
    values = reason.get("constraint", reason)
    try:
        constraint = Constraint.from_dict(values)
    except (DataError, TypeError):
        return None
    return constraint if constraint.facet in catalog.pack.facets else None


def _text(reason: Reason, catalog: Catalog, wording: Wording) -> str:
    kind = reason.get("kind")
    words = nouns(catalog.pack, wording.language)
    if kind in ("similar", "taste"):
        titles = _titles(reason, catalog)
        shared = _values(reason.get("shared"), catalog, wording)
        if titles:
            named = wording.joined([wording.label("utter_title", title=title) for title in titles[:TITLES]])
            if kind == "similar" and shared:
                joined = wording.label("utter_comma").join(shared[:SHARED])
                return wording.label("utter_reason_similar_shared", titles=named, shared=joined, **words)
            name = "known" if reason.get("is_liked") is False else kind
            return wording.label(f"utter_reason_{name}_titles", titles=named, **words)
        return wording.label(f"utter_reason_{kind}", **words)
    if kind == "text":
        phrases = _values([reason], catalog, wording)
        if phrases:
            return wording.label("utter_reason_text_phrase", phrase=wording.joined(phrases), **words)
        return wording.label("utter_reason_text", **words)
    if kind == "popular":
        return _popular(reason, wording)
    return ""


def _values(entries: Any, catalog: Catalog, wording: Wording) -> list[str]:
    """Names of the facet values that {"facet", "value"} entries hold; other entries are left out."""
    named = []
    for entry in entries or ():
        facet = catalog.pack.facets.get(str(entry.get("facet", "")))
        value = entry.get("value")
        if facet is None or value is None or facet.type == "flag":
            continue
        values = value if isinstance(value, list) else [value]
        prefix = f"{facet_name(facet, wording.language)} " if facet.is_numeric else ""
        named += [prefix + value_name(part, facet, wording.language) for part in values]
    return named


def _popular(reason: Reason, wording: Wording) -> str:
    count = reason.get("count")
    if isinstance(count, int) and not isinstance(count, bool):
        return wording.label("utter_reason_popular_count", count=count)
    return wording.label("utter_reason_popular")


def _titles(reason: Reason, catalog: Catalog) -> list[str]:
    """Titles of the items that the reason names, from the catalog and never from the reason."""
    named = next((reason[key] for key in ITEM_KEYS if reason.get(key)), ())
    item_ids = named if isinstance(named, (list, tuple)) else (named,)
    ids = [str(entry["item_id"]) if isinstance(entry, Mapping) else str(entry) for entry in item_ids]
    return [catalog[item_id].title for item_id in ids if item_id in catalog]
