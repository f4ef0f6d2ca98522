"""A simulated person: an item in mind, a temper, and an agenda of what to say next to what the bot just showed."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bot.simulation.wishes import Phrases, Wish, said, wishes_of
from data.catalog import Catalog, Item
from data.need import Constraint
from data.pack import LANGUAGES


@dataclass(frozen=True)
class Persona:
    """A temper: how likely each habit shows in a turn."""

    name: str
    wishes_at_once: int = 1
    typo: float = 0.0
    chatty: float = 0.0
    terse: float = 0.0
    negating: float = 0.25
    contradicting: float = 0.0
    switching: float = 0.0
    undecided: float = 0.0
    button: float = 0.5
    """How likely a fitting button is pressed instead of typing."""
    patience: int = 8
    """Turns after which the person leaves."""


PERSONAS = (
    Persona("plain"),
    Persona("terse", terse=1.0),
    Persona("chatty", wishes_at_once=2, chatty=0.8),
    Persona("typo-prone", typo=0.7, button=0.0),
    Persona("negating", negating=0.8),
    Persona("contradicting", contradicting=0.5),
    Persona("switching", switching=0.5),
    Persona("impatient", wishes_at_once=3, patience=5),
    Persona("undecided", undecided=0.5, button=0.8),
)


@dataclass(frozen=True)
class Turn:
    """What a person does in one turn, and what it truly means: the bot must find that out, a search box is told."""

    text: str = ""
    payload: str | None = None
    constraints: tuple[Constraint, ...] = ()
    taken_back: tuple[Constraint, ...] = ()
    """Constraints that were said by mistake before."""


@dataclass(frozen=True)
class Seen:
    """What stands on the person's screen after the bot's answer."""

    items: tuple[Item, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    """Title and payload of each button."""


@dataclass
class Person:
    """One person in one conversation. Same seed, same person; what they say then depends on what they are shown."""

    catalog: Catalog
    target: Item
    history: Sequence[Item]
    persona: Persona
    language: str
    seed: int
    said: list[Constraint] = field(default_factory=list)
    """All that was truly wished so far."""

    def __post_init__(self) -> None:
        self._rng = Random(self.seed)
        self._open: list[Wish] = wishes_of(self.target, self.catalog, self._rng)
        self._mistake: tuple[Constraint, ...] = ()
        self._has_named = False

    def begin(self) -> Turn:
        """The first message."""
        if self._chance(self.persona.undecided) or not self._open:
            return self._turn(self._phrase("open"))
        wishes = [self._open.pop(0) for _ in range(min(self.persona.wishes_at_once, len(self._open)))]
        if self._chance(self.persona.contradicting):
            return self._contradict()
        form = "terse" if self._chance(self.persona.terse) else "recommend"
        text = self._phrase(form, wishes=self._words["joined"].join(map(self._say, wishes)))
        return self._turn(text, *(constraint for wish in wishes for constraint in wish.constraints))

    def go_on(self, seen: Seen) -> Turn:
        """The next message, to what the bot showed."""
        if self._mistake:
            return self._correct()
        pressed = self._press(seen)
        if pressed:
            return pressed
        if not seen.items and self._chance(self.persona.undecided):
            return self._turn(self._phrase("shrug"))
        ways = [self._negate, self._compare] if self._chance(self.persona.negating) else []
        for way in (*ways, self._refine, self._name, self._compare, self._negate):
            turn = way(seen)
            if turn:
                return turn
        return self._turn(self._phrase("more"))

    def _press(self, seen: Seen) -> Turn | None:
        """A button that names something true of the item in mind; typed instead as often as the person types."""
        for title, payload in seen.choices:
            for wish in self._open:
                label = said(wish, self.catalog.pack, self.language, self._words, self._rng)
                if len(wish.constraints) == 1 and label.casefold() in title.casefold():
                    self._open.remove(wish)
                    if self._chance(self.persona.button):
                        self.said += wish.constraints
                        return Turn(payload=payload, text=title, constraints=wish.constraints)
                    return self._turn(label, *wish.constraints)
        if not seen.items and seen.choices:
            return self._give_way(seen)
        return None

    def _give_way(self, seen: Seen) -> Turn:
        """The button of what they look for, where several kinds are; else one that takes back nothing truly said."""
        kinds = [
            word.casefold() for key, word in self.catalog.pack.item.get(self.language, {}).items() if key != "measure"
        ]
        for title, payload in seen.choices:
            if title.casefold() in kinds:
                return Turn(payload=payload, text=title)
        labels = [self.catalog.pack.facets[one.facet].value_label(one.value, self.language) for one in self.said]
        fit = [
            choice for choice in seen.choices if not any(label.casefold() in choice[0].casefold() for label in labels)
        ]
        title, payload = (fit or list(seen.choices))[0]
        return Turn(payload=payload, text=title)

    def _refine(self, seen: Seen) -> Turn | None:
        if not self._open:
            return None
        if self._chance(self.persona.contradicting):
            return self._contradict()
        wish = self._open.pop(0)
        form = "terse_refine" if self._chance(self.persona.terse) else "refine"
        return self._turn(self._phrase(form, wish=self._say(wish)), *wish.constraints)

    def _negate(self, seen: Seen) -> Turn | None:
        """Refuses what at least two of the shown items have and the item in mind has not."""
        for facet in self.catalog.pack.facets.values():
            if facet.type != "category" or not self.target.facets.get(facet.name):
                continue
            counts: dict[str, int] = {}
            for item in seen.items:
                value = item.facets.get(facet.name)
                for part in value if isinstance(value, tuple) else (value,):
                    counts[str(part)] = counts.get(str(part), 0) + (part is not None)
            for value, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
                unwanted = Constraint(facet.name, "is_not", value)
                if count >= 2 and self.target.meets(unwanted) and unwanted not in self.said:
                    return self._turn(self._phrase("negate", value=facet.value_label(value, self.language)), unwanted)
        return None

    def _compare(self, seen: Seen) -> Turn | None:
        """Asks for more or less of a number, where the item in mind lies beyond all that is shown."""
        for facet in self.catalog.pack.facets.values():
            mine = self.target.facets.get(facet.name)
            shown = [item.facets.get(facet.name) for item in seen.items]
            known = [float(value) for value in shown if isinstance(value, (int, float))]
            if not facet.is_numeric or not facet.compare or not known or not isinstance(mine, (int, float)):
                continue
            way, edge, op = ("more", max(known), "at_least") if mine > max(known) else ("less", min(known), "at_most")
            words = facet.compare.get(way, {}).get(self.language)
            bound = Constraint(facet.name, op, edge)
            if words and (mine > max(known) or mine < min(known)) and bound not in self.said:
                return self._turn(self._phrase("compare", word=self._rng.choice(words)), bound)
        return None

    def _name(self, seen: Seen) -> Turn | None:
        """Names an item of the history that is like the one in mind, once."""
        if self._has_named or not self.history or not self._chance(0.5):
            return None
        likeness = functools.partial(_shared_values, self.target)
        item = max(self.history[-20:], key=likeness)
        self._has_named = True
        return self._turn(self._phrase("similar" if likeness(item) else "like", title=item.title))

    def _contradict(self) -> Turn:
        """Says a wish that is wrong, to take it back in the next turn."""
        other = self._rng.choice([item for item in self.catalog.items if item.item_id != self.target.item_id])
        wrong = [wish for wish in wishes_of(other, self.catalog, self._rng) if not wish.admits(self.target)]
        if not wrong:
            return self._turn(self._phrase("more"))
        self._mistake = wrong[0].constraints
        return self._turn(self._phrase("refine", wish=self._say(wrong[0])), *self._mistake)

    def _correct(self) -> Turn:
        wrong, self._mistake = self._mistake, ()
        facet = wrong[0].facet
        right = next((wish for wish in self._open if wish.constraints[0].facet == facet), None)
        if right is None:
            right = next((w for w in wishes_of(self.target, self.catalog, self._rng)), Wish(()))
        elif right in self._open:
            self._open.remove(right)
        self.said = [constraint for constraint in self.said if constraint not in wrong]
        text = self._phrase("correct", wish=self._say(right)) if right.constraints else self._phrase("more")
        turn = self._turn(text, *right.constraints)
        return Turn(turn.text, None, turn.constraints, wrong)

    @property
    def _words(self) -> Phrases:
        return phrases()[self.language]

    def _say(self, wish: Wish) -> str:
        return said(wish, self.catalog.pack, self.language, self._words, self._rng)

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _phrase(self, name: str, **slots: str) -> str:
        given = self._words[name]
        chosen = given if isinstance(given, str) else self._rng.choice(given)
        item = self.catalog.pack.item.get(self.language, {})
        words = {"item": item.get("one", ""), "items": item.get("other", item.get("one", ""))}
        return chosen.format(**words, measure=item.get("measure", ""), **slots)

    def _turn(self, text: str, *constraints: Constraint) -> Turn:
        """The text with the person's habits; they may go on in the other language from the next turn."""
        if self._chance(self.persona.chatty):
            before, after = (
                self._rng.choice(self._words["chatty_before"]),
                self._rng.choice(self._words["chatty_after"]),
            )
            text = f"{before} {text} {after}" if self.language == "en" else f"{before}{text}，{after}"
        if self._chance(self.persona.typo):
            text = with_typo(text, self._rng)
        if self._chance(self.persona.switching):
            self.language = next(language for language in LANGUAGES if language != self.language)
        self.said += constraints
        return Turn(text, None, constraints)


@functools.cache
def phrases() -> Mapping[str, Mapping[str, Any]]:
    """What simulated people say, by language."""
    here = Path(__file__).parent
    return {
        language: yaml.safe_load((here / f"phrases.{language}.yml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


def with_typo(text: str, rng: Random) -> str:
    """The text with two neighbouring letters of one of its longer words changed over."""
    places = [i for i in range(1, len(text) - 2) if text[i - 1 : i + 2].isascii() and text[i - 1 : i + 2].isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _shared_values(target: Item, other: Item) -> int:
    """How many category values two items share."""
    return sum(
        len(set(value) & set(mine))
        for name, mine in target.facets.items()
        if isinstance(mine, tuple) and isinstance(value := other.facets.get(name), tuple)
    )
