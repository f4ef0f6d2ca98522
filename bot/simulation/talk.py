"""One simulated person talks to the running bot, or to the search box, until they see what they have in mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.simulation.people import Person, Seen, Turn
from bot.simulation.search_box import SearchBox
from data.catalog import Catalog, Item
from data.need import Constraint

Answer = Sequence[Mapping[str, Any]]
"""The messages that answer a turn, as in DESIGN.md 5.5."""


class Chat(Protocol):
    """A way to say something to the bot and get its messages."""

    def __call__(self, *, text: str | None = None, payload: str | None = None) -> Answer: ...


@dataclass
class Exchange:
    """One turn and its answer."""

    turn: Turn
    answer: Answer
    items: tuple[Item, ...]
    stated: tuple[Constraint, ...]
    """All that the person had truly said by then."""


@dataclass
class Dialogue:
    """One conversation."""

    person: Person
    persona: str
    language: str
    exchanges: list[Exchange] = field(default_factory=list)
    found_at: int | None = None
    """Turn in which the item in mind was shown."""


def talk(person: Person, chat: Chat, pack: str) -> Dialogue:
    """The person talks to the bot; what belongs to another pack than theirs is no item for them."""
    dialogue = Dialogue(person, person.persona.name, person.language)
    turn = person.begin()
    for number in range(1, person.persona.patience + 1):
        answer = chat(payload=turn.payload) if turn.payload else chat(text=turn.text)
        seen = seen_in(answer, person.catalog)
        _keep(dialogue, number, turn, answer, seen.items)
        if dialogue.found_at:
            break
        turn = person.go_on(seen)
    return dialogue


def search(person: Person, box: SearchBox) -> Dialogue:
    """The same person uses the search box."""
    dialogue = Dialogue(person, person.persona.name, person.language)
    turn = person.begin()
    for number in range(1, person.persona.patience + 1):
        items = tuple(box.answer(turn))
        _keep(dialogue, number, turn, (), items)
        if dialogue.found_at:
            break
        turn = person.go_on(Seen(items))
    return dialogue


def _keep(dialogue: Dialogue, number: int, turn: Turn, answer: Answer, items: tuple[Item, ...]) -> None:
    dialogue.exchanges.append(Exchange(turn, answer, items, tuple(dialogue.person.said)))
    if dialogue.person.target in items:
        dialogue.found_at = number


def seen_in(answer: Answer, catalog: Catalog) -> Seen:
    """The items and buttons of the messages."""
    shown = [item["item_id"] for message in answer for item in (message.get("slate") or {}).get("items", ())]
    items = tuple(catalog[item_id] for item_id in shown if item_id in catalog)
    choices = tuple((c["title"], c["payload"]) for message in answer for c in message.get("choices") or ())
    return Seen(items, choices)
