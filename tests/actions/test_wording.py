"""Responses: both languages, no variant twice running, nothing that Rasa would show unfilled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.wording import Wording, last_variants
from data.errors import DataError
from data.settings import PROJECT

SKILLS = PROJECT / "bot/assistant/skills"
LABELS = re.compile(
    r"utter_(comma|list|list_or|quoted|title|way_joint|without|with|way_out|choice_\w+|button_\w+|wish_\w+|reason_\w+"
    r"|meaning_\w+|fact|fact_unknown|fact_flag|yes|no|any_measure|about_(they_)?(like|dislike|seen|chosen|rating|rated|more))$"
)
UTTERED_BY_RASA = (
    "utter_help",
    "utter_goodbye",
    "utter_thanks",
    "utter_praise",
    "utter_insult",
    "utter_ask_bot",
    "utter_how_are_you",
)


def _texts(entries: list[dict[str, Any]], language: str) -> list[str]:
    return Wording({"x": entries}, language)._texts("x")


def test_every_response_exists_in_both_languages(responses: dict[str, Any]):
    for name, entries in responses.items():
        chinese = [e["text"] for e in entries if e.get("condition")]
        english = [e["text"] for e in entries if not e.get("condition")]
        assert chinese and english, name


def test_every_sentence_has_several_variants_in_each_language(responses: dict[str, Any]):
    for name, entries in responses.items():
        if not LABELS.match(name):
            for language in ("en", "zh"):
                assert len(set(_texts(entries, language))) >= 2, (name, language)


def test_both_languages_state_the_same_kind_of_condition(responses: dict[str, Any]):
    condition = [{"type": "slot", "name": "language", "value": "zh"}]
    assert all(e.get("condition", condition) == condition for entries in responses.values() for e in entries)


def test_no_response_is_defined_by_two_skills():
    seen: dict[str, Path] = {}
    for path in sorted(SKILLS.glob("*/responses.yml")):
        for name in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]:
            assert name not in seen, f"{name}: in {path} and {seen[name]}"
            seen[name] = path


def test_every_response_that_an_action_says_exists(responses: dict[str, Any]):
    code = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "actions").glob("*.py"))
    named = set(re.findall(r'(?<!f)"(utter_\w+[a-z])"', code)) - {"utter_action", "utter_message"}
    assert named and not named - set(responses)


def test_what_rasa_utters_itself_has_no_places_to_fill(responses: dict[str, Any]):
    for name in UTTERED_BY_RASA:
        assert not [entry["text"] for entry in responses[name] if "{" in entry["text"]], name


def test_variants_come_in_turn(responses: dict[str, Any]):
    said, used = [], {}
    for _ in range(4):
        one = Wording(responses, "en", used).say("utter_thanks")
        said.append(one.text)
        used = last_variants([{"event": "bot", "metadata": {"variants": dict(one.variants)}}])
    assert said == ["You're welcome!", "Any time.", "My pleasure. Shout if you need more.", "You're welcome!"]


def test_facts_are_never_read_as_places(responses: dict[str, Any]):
    wording = Wording({"utter_x": [{"text": "about {title}"}]}, "en")
    assert wording.say("utter_x", title="{secret} {0}").text == "about {secret} {0}"


def test_a_missing_fact_is_an_error_that_names_it():
    wording = Wording({"utter_x": [{"text": "about {title}"}]}, "en")
    with pytest.raises(DataError, match=r"'utter_x': 'about \{title\}' needs 'title'; given are count"):
        wording.say("utter_x", count=1)


def test_a_missing_response_is_an_error_that_says_what_there_is():
    with pytest.raises(DataError, match="'utter_y': nothing to say in 'zh'; there are utter_x"):
        Wording({"utter_x": [{"text": "hello"}]}, "zh").say("utter_y")


def test_lists_are_joined_as_people_do(english: Wording, chinese: Wording):
    assert english.joined(["a", "b", "c"]) == "a, b and c"
    assert chinese.joined(["甲", "乙", "丙"]) == "甲、乙和丙"
    assert english.joined([]) == ""
