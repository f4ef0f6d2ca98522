"""A ranking as the message that people see: cards, what they can press, the need with its chips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.ranking import RankedItem, Ranking
from actions.reasons import worded
from actions.wishes import chips, facet_name, key_of, name_of, payload, sentence_case, value_name
from actions.wording import Wording
from data.catalog import Catalog, Item, Value
from data.need import Constraint, Need
from data.pack import Facet

ITEM_ACTIONS = ("like", "dislike", "seen", "explain")
VALUES_SHOWN = 3
"""Values of one facet in a subtitle."""
REASONS_SHOWN = 3
Choice = dict[str, str]


def slate_message(
    ranking: Ranking, need: Need, catalog: Catalog, wording: Wording, choices: Sequence[Choice] = ()
) -> dict[str, Any]:
    """The Message of type slate (docs/architecture.md)."""
    items = [card(ranked, catalog, wording) for ranked in ranking.items]
    message = {
        "type": "slate",
        "slate": {"items": items, "eligible": ranking.eligible, "words": words(items, catalog, wording.language)},
        "need": need_with_chips(need, catalog, wording),
    }
    return {**message, "choices": list(choices)} if choices else message


def choices_message(choices: Sequence[Choice], need: Need, catalog: Catalog, wording: Wording) -> dict[str, Any]:
    """The Message of type choices: ways on when there is no list to show."""
    return {"type": "choices", "choices": list(choices), "need": need_with_chips(need, catalog, wording)}


def need_with_chips(need: Need, catalog: Catalog, wording: Wording) -> dict[str, Any]:
    """The need with a removable chip for each wish."""
    return {**need.as_dict(), "chips": chips(need, catalog, wording)}


def card(ranked: RankedItem, catalog: Catalog, wording: Wording) -> dict[str, Any]:
    """One item: all it says is read from the catalog, apart from the reasons."""
    item = catalog[ranked.item_id]
    facets = catalog.pack.facets
    entry = {
        "item_id": item.item_id,
        "title": item.title,
        "subtitle": subtitle(item, catalog, wording.language),
        "facets": {name: _plain(item.facets.get(name)) for name in facets if _is_shown(item, facets[name])},
        "reasons": worded(ranked.reasons, catalog, wording)[:REASONS_SHOWN],
        "actions": [_action(kind, item, catalog.pack.name, wording) for kind in ITEM_ACTIONS],
    }
    return entry | {key: value for key, value in (("image", item.image), ("url", item.url)) if value}


def words(items: Sequence[dict[str, Any]], catalog: Catalog, language: str) -> dict[str, Any]:
    """What people call the facets and values of the cards; the page shows these instead of the catalog's names."""
    found: dict[str, Any] = {}
    for name, value in (pair for item in items for pair in item["facets"].items()):
        facet = catalog.pack.facets[name]
        entry = found.setdefault(name, {"label": facet_name(facet, language), "values": {}})
        if facet.type == "category":
            values = value if isinstance(value, list) else [value]
            entry["values"] |= {part: value_name(part, facet, language) for part in values}
    return found


def subtitle(item: Item, catalog: Catalog, language: str) -> str:
    """The facets that the pack puts below a title: "1994 · comedy, drama"."""
    comma = "、" if language == "zh" else ", "
    named = item.names.get(language, "")
    parts = [named] if named != item.title else []
    for name in catalog.pack.subtitle:
        value = item.facets.get(name)
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        parts.append(comma.join(value_name(v, catalog.pack.facets[name], language) for v in values[:VALUES_SHOWN]))
    return " · ".join(part for part in parts if part)


def _is_shown(item: Item, facet: Facet) -> bool:
    return facet.display and item.facets.get(facet.name) is not None


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _action(kind: str, item: Item, pack: str, wording: Wording) -> dict[str, str]:
    """A button of a card; it names the pack, for two packs may use the same item_id."""
    if kind == "explain":
        button = payload("explain", item_id=item.item_id, pack=pack)
    else:
        button = payload("feedback", kind=kind, item_id=item.item_id, pack=pack)
    return {"kind": kind, "title": wording.label(f"utter_button_{kind}"), "payload": button}


def simple_choices(wording: Wording, *intents: str) -> list[Choice]:
    """Buttons that do one thing each: more, start_over, human, help, recommend."""
    return [{"title": wording.label(f"utter_button_{intent}"), "payload": payload(intent)} for intent in intents]


def resume_choice(version: int, wishes: str, wording: Wording) -> Choice:
    """A button that goes on with the need of an earlier visit."""
    title = wording.label("utter_button_resume_with", wishes=wishes)
    return {"title": title, "payload": payload("resume", version=version)}


def wish_choice(
    constraints: Constraint | Sequence[Constraint], catalog: Catalog, wording: Wording, count: int | None = None
) -> Choice:
    """A button that adds one wish (both ends of a range are one), with how many items it leaves."""
    wished = (constraints,) if isinstance(constraints, Constraint) else tuple(constraints)
    title = name_of(wished, catalog.pack, wording)
    keys = [key_of(constraint) for constraint in wished]
    meant = {"meant": "refine", **(keys[0] if len(keys) == 1 else {"wishes": keys}), "pack": catalog.pack.name}
    title = title if count is None else wording.label("utter_choice_counted", title=title, count=count)
    return {"title": sentence_case(title), "payload": payload("clarified", **meant)}
