"""Naming wishes in the person's language: constraints, merged ranges, the whole need in one line, its chips."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from actions.wording import Wording
from data.catalog import Catalog
from data.need import SELF, Constraint, Need
from data.pack import Facet, Pack


@dataclass(frozen=True)
class Wish:
    """What people see as one wish: a constraint, both ends of a range, alternatives, an item liked, for whom it is."""

    title: str
    constraints: tuple[Constraint, ...] = ()
    item_id: str | None = None
    for_whom: str | None = None

    @property
    def payload(self) -> str:
        """The button that takes the wish back."""
        if self.item_id is not None:
            return payload("remove_chip", item_id=self.item_id)
        if self.for_whom is not None:
            return payload("remove_chip", for_whom=self.for_whom)
        if len(self.constraints) == 1:
            return payload("remove_chip", **key_of(self.constraints[0]))
        return payload("remove_chip", drop=[key_of(constraint) for constraint in self.constraints])


def payload(intent: str, **entities: Any) -> str:
    """Rasa's form of a button: `/intent{"entity": value}`."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False) if entities else ''}"


def key_of(constraint: Constraint) -> dict[str, Any]:
    """What names a constraint in a button."""
    return {"facet": constraint.facet, "op": constraint.op, "value": constraint.value}


def wishes(need: Need, catalog: Catalog, wording: Wording) -> list[Wish]:
    """The wishes of `need`, in its order: for whom, constraints, then items liked and not liked."""
    found = []
    if need.for_whom != SELF:
        found.append(Wish(wording.label("utter_wish_for", whom=need.for_whom), for_whom=need.for_whom))
    found += [Wish(name_of(bundle, catalog.pack, wording), bundle) for bundle in bundled(need.constraints)]
    for name, item_ids in (("utter_wish_like", need.like), ("utter_wish_unlike", need.unlike)):
        found += [
            Wish(wording.label(name, title=catalog[item_id].title), item_id=item_id)
            for item_id in item_ids
            if item_id in catalog
        ]
    return found


def chips(need: Need, catalog: Catalog, wording: Wording) -> list[dict[str, str]]:
    """One chip for each wish; pressing it takes the wish back."""
    return [{"title": wish.title, "payload": wish.payload} for wish in wishes(need, catalog, wording)]


def in_one_line(need: Need, catalog: Catalog, wording: Wording, limit: int | None = None) -> str:
    """The need as a person would note it: "comedy, not horror, 1990–1999"; empty when it holds no wish.

    With a `limit` no more wishes than that are named, and "…" stands for the rest.
    """
    titles = [wish.title for wish in wishes(need, catalog, wording)]
    named = titles if limit is None or len(titles) <= limit else [*titles[:limit], "…"]
    return wording.label("utter_comma").join(named)


def sentence_case(text: str) -> str:
    """`text` with a capital first letter, for buttons and beginnings of sentences."""
    return text[:1].upper() + text[1:]


def names_of(constraints: Iterable[Constraint], pack: Pack, wording: Wording) -> list[str]:
    """A name for each wish that the constraints are."""
    return [name_of(bundle, pack, wording) for bundle in bundled(constraints)]


def ways_round(constraints: Iterable[Constraint], pack: Pack, wording: Wording) -> str:
    """Going without these constraints, in words: "without western and with horror allowed"."""
    ways = []
    for bundle in bundled(constraints):
        first = bundle[0]
        if first.op == "is_not" and len(bundle) == 1 and pack.facets[first.facet].type != "flag":
            value = value_name(first.value, pack.facets[first.facet], wording.language)
            ways.append(wording.label("utter_with", value=value))
        else:
            ways.append(wording.label("utter_without", wish=name_of(bundle, pack, wording)))
    return wording.joined(ways)


def bundled(constraints: Iterable[Constraint]) -> list[tuple[Constraint, ...]]:
    """Constraints that are one wish: both ends of a range, the alternatives of a group."""
    bundles: dict[Any, list[Constraint]] = {}
    for constraint in constraints:
        if constraint.group is not None:
            key: Any = ("group", constraint.group)
        elif constraint.op in ("at_least", "at_most"):
            key = ("range", constraint.facet)
        else:
            key = constraint
        bundles.setdefault(key, []).append(constraint)
    return [tuple(bundle) for bundle in bundles.values()]


def name_of(constraints: Iterable[Constraint], pack: Pack, wording: Wording) -> str:
    """Words for constraints that are one wish."""
    constraints = tuple(constraints)
    facet = pack.facets[constraints[0].facet]
    ends = {constraint.op: constraint.value for constraint in constraints}
    if set(ends) == {"at_least", "at_most"}:
        low, high = ends["at_least"], ends["at_most"]
        if low == high:
            return name_of([dataclasses.replace(constraints[0], op="is")], pack, wording)
        name = f"utter_wish_{_kind(facet)}_between"
        title = wording.label(name, **_facts(facet, wording), low=number(low), high=number(high))
    else:
        names = [_name(constraint, facet, wording) for constraint in constraints]
        title = wording.joined(list(dict.fromkeys(names)), "utter_list_or")
    is_soft = all(constraint.strength == "prefer" for constraint in constraints)
    return wording.label("utter_wish_prefer", wish=title) if is_soft else title


def _name(constraint: Constraint, facet: Facet, wording: Wording) -> str:
    facts = {**_facts(facet, wording), "value": value_name(constraint.value, facet, wording.language)}
    if facet.type == "flag":
        is_true = str(constraint.value).casefold() in ("true", "1", "yes")
        has = is_true == (constraint.op != "is_not")
        return wording.label("utter_wish_flag" if has else "utter_wish_flag_not", **facts)
    said = facet.bound_label(constraint.op, facts["value"], wording.language)
    return said or wording.label(f"utter_wish_{_kind(facet)}_{constraint.op}", **facts)


def _kind(facet: Facet) -> str:
    """How wishes of the facet are worded: year, number or value."""
    return facet.type if facet.type == "year" else "number" if facet.is_numeric else "value"


def _facts(facet: Facet, wording: Wording) -> dict[str, str]:
    return {"label": facet_name(facet, wording.language), "unit": facet.unit or ""}


def facet_name(facet: Facet, language: str) -> str:
    """What people call the facet."""
    return (facet.label or {}).get(language) or facet.name.replace("_", " ")


def value_name(value: Any, facet: Facet, language: str) -> str:
    """What people call a value of the facet."""
    if facet.is_numeric:
        return number(value)
    return facet.value_label(value, language)


def number(value: Any) -> str:
    """A number without needless digits: 1995, 3.9, 1200."""
    as_float = float(value)
    return str(int(as_float)) if as_float.is_integer() else f"{as_float:.2f}".rstrip("0").rstrip(".")


def noun(pack: Pack, count: int, language: str) -> str:
    """What `count` items are called: film, films, 电影."""
    words = pack.item.get(language) or pack.item["en"]
    return words["one"] if count == 1 else words.get("other", words["one"])


def nouns(pack: Pack, language: str) -> dict[str, str]:
    """The facts that wording may use for the items of `pack`: item, items, measure."""
    words = pack.item.get(language) or pack.item["en"]
    return {"item": words["one"], "items": words.get("other", words["one"]), "measure": words.get("measure", "个")}
