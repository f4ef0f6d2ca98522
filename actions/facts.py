"""What the catalog says of an item, in words; what it does not say is said to be unknown."""

from __future__ import annotations

from actions.scene import Scene
from actions.wishes import facet_name, value_name
from data.catalog import Item
from data.pack import Facet


def fact(scene: Scene, item: Item, name: str) -> str:
    """One facet of the item in words ("year is 1995"), or that it is not known."""
    facet, language = scene.pack.facets[name], scene.turn.language
    words = value_words(scene, item, facet)
    label = facet_name(facet, language)
    if not words:
        return scene.label("utter_fact_unknown", label=label)
    if facet.type == "flag":
        return scene.label("utter_fact_flag", label=label, value=words)
    return scene.label("utter_fact", label=label, value=words)


def value_words(scene: Scene, item: Item, facet: Facet) -> str:
    """The value in the person's language, several joined; empty when it is not known."""
    value, language = item.facets.get(facet.name), scene.turn.language
    if value is None:
        return ""
    if facet.type == "flag":
        return scene.label("utter_yes" if value else "utter_no")
    values = value if isinstance(value, tuple) else (value,)
    return scene.wording.joined([value_name(one, facet, language) for one in values])


def known_facts(scene: Scene, item: Item) -> list[str]:
    """Every facet that a card shows and that is known of the item, in words."""
    shown = [facet.name for facet in scene.pack.facets.values() if facet.display and facet.type != "text"]
    return [fact(scene, item, name) for name in shown if item.facets.get(name) is not None]
