"""Dialogue tests in YAML: what a person does, and what has to be true after each turn.

the film that was liked is not shown again:        a dialogue, named as a sentence
  - user: a funny film                             or `press: /more`, or `press_on: {position: 1, kind: like}`,
                                                   or `choose: Skip`, a button of the last answer by its title
    intent: recommend                              one, or a list of those that will do
    action: action_recommend
    wishes: [genre is Comedy]                      exactly these constraints are in the need that came back
    every: {genre: Comedy, year: [1990, 1999]}     of each item shown: the value, one of several, or the range
    none: {genre: Horror}                          of no item shown
    shows: 5                                       how many items; `true` for any number above 0
    new: true                                      no item that an earlier list had
    says: [regular expression, …]                  each is found in the texts of the turn
    language: zh                                   what the texts are written in
    offers: [/human]                               payloads (beginnings) among the buttons
    compares: [Heat, Casino]                       titles of the table that compares
    differs: [year]                                these facets are marked in it
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.conversations.person import Person, Seen

FOLDER = Path(__file__).parent
ACTS = ("user", "press", "press_on", "choose")
CLAIMS = (
    "intent",
    "action",
    "wishes",
    "every",
    "none",
    "shows",
    "new",
    "says",
    "language",
    "offers",
    "compares",
    "differs",
)
HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Dialogue:
    """A named row of turns."""

    name: str
    turns: tuple[Mapping[str, Any], ...]


def all_dialogues() -> Iterator[Dialogue]:
    """Every dialogue of every skill's folder. Raises ValueError for a key that is not known."""
    for path in sorted(FOLDER.glob("*/*.yml")):
        for name, turns in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for turn in turns:
                unknown = set(turn) - {*ACTS, *CLAIMS}
                if unknown or sum(act in turn for act in ACTS) != 1:
                    raise ValueError(
                        f"{path.parent.name}/{path.name}: {name}: {turn}: unknown {unknown}, or not one of {ACTS}"
                    )
            yield Dialogue(f"{path.parent.name}: {name}", tuple(turns))


def act(person: Person, turn: Mapping[str, Any]) -> Seen:
    """Does what the turn says the person does."""
    if "user" in turn:
        return person.say(str(turn["user"]))
    if "press" in turn:
        return person.press(str(turn["press"]))
    if "choose" in turn:
        return person.choose(str(turn["choose"]))
    return person.press_on(turn["press_on"]["position"], turn["press_on"]["kind"])


def check(person: Person, seen: Seen, turn: Mapping[str, Any]) -> None:
    """Asserts every claim of the turn."""
    assert seen.texts or seen.messages, "no answer"
    text = " ".join(seen.texts)
    if "intent" in turn:
        assert seen.intent in _listed(turn["intent"])
    if "action" in turn:
        assert turn["action"] in seen.actions
    if "wishes" in turn:
        assert sorted(seen.wishes) == sorted(turn["wishes"])
    if "language" in turn:
        assert bool(HAN.search(text)) == (turn["language"] == "zh"), f"not {turn['language']}: {text}"
    for pattern in _listed(turn.get("says", ())):
        assert re.search(pattern, text, re.IGNORECASE), f"nothing like {pattern!r} in: {text}"
    for payload in _listed(turn.get("offers", ())):
        assert any(button["payload"].startswith(payload) for button in seen.buttons), f"no {payload} in {seen.buttons}"
    if "compares" in turn:
        assert [item["title"] for item in seen.compared["items"]] == turn["compares"]
    for facet in _listed(turn.get("differs", ())):
        assert any(row["facet"] == facet and row["differs"] for row in seen.compared["rows"]), f"{facet} is not marked"
    _check_slate(person, seen, turn)


def _check_slate(person: Person, seen: Seen, turn: Mapping[str, Any]) -> None:
    if "shows" in turn:
        wanted = turn["shows"]
        assert (len(seen.slate) > 0) == wanted if isinstance(wanted, bool) else len(seen.slate) == wanted
    for facet, wanted in turn.get("every", {}).items():
        assert seen.slate, "no list was shown"
        for item in seen.slate:
            assert _has(item["facets"], facet, wanted), (
                f"{item['title']}: {facet} {item['facets'].get(facet)} is not {wanted}"
            )
    for facet, unwanted in turn.get("none", {}).items():
        assert seen.slate, "no list was shown"
        for item in seen.slate:
            assert not _has(item["facets"], facet, unwanted), f"{item['title']}: {facet} {item['facets'].get(facet)}"
    if turn.get("new"):
        repeated = person.shown_before() & {item["item_id"] for item in seen.slate}
        assert not repeated, f"shown again: {repeated}"


def _has(facets: Mapping[str, Any], facet: str, wanted: Any) -> bool:
    value = facets.get(facet)
    if isinstance(wanted, list) and all(isinstance(bound, (int, float)) for bound in wanted):
        return value is not None and wanted[0] <= value <= wanted[1]
    values = value if isinstance(value, list) else [value]
    return any(one in values for one in _listed(wanted))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
