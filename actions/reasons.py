"""Reasons of the ranker, worded: each sentence says a fact that filter or score gave, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.wishes import facet_name, names_of, nouns, number
from actions.wording import Wording
from data.catalog import Catalog
from data.errors import DataError
from data.need import Constraint

Reason = Mapping[str, Any]
ORDER = ("similar", "taste", "text", "constraint", "popular")
"""What tells most about one item in particular comes first."""
TITLES = 2
"""Items named in one reason."""
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
        if titles:
            named = wording.joined([wording.label("utter_title", title=title) for title in titles[:TITLES]])
            return wording.label(f"utter_reason_{kind}_titles", titles=named, **words)
        return wording.label(f"utter_reason_{kind}", **words)
    if kind == "text":
        phrase = reason.get("phrase") or reason.get("words") or reason.get("matched")
        phrase = wording.joined(list(map(str, phrase))) if isinstance(phrase, (list, tuple)) else phrase
        if phrase:
            return wording.label("utter_reason_text_phrase", phrase=phrase, **words)
        return wording.label("utter_reason_text", **words)
    if kind == "popular":
        return _popular(reason, catalog, wording)
    return ""


def _popular(reason: Reason, catalog: Catalog, wording: Wording) -> str:
    facet = catalog.pack.facets.get(str(reason.get("facet", "")))
    value = reason.get("value", reason.get("count", reason.get("interactions")))
    words = nouns(catalog.pack, wording.language)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return wording.label("utter_reason_popular", **words)
    if facet is not None:
        label = facet_name(facet, wording.language)
        return wording.label("utter_reason_popular_facet", label=label, value=number(value), **words)
    return wording.label("utter_reason_popular_count", count=number(value), **words)


def _titles(reason: Reason, catalog: Catalog) -> list[str]:
    """Titles of the items that the reason names, from the catalog and never from the reason."""
    named = next((reason[key] for key in ITEM_KEYS if reason.get(key)), ())
    item_ids = named if isinstance(named, (list, tuple)) else (named,)
    ids = [str(entry["item_id"]) if isinstance(entry, Mapping) else str(entry) for entry in item_ids]
    return [catalog[item_id].title for item_id in ids if item_id in catalog]
