"""What a reading proves."""

from __future__ import annotations

from typing import Any

from bot.assistant.components.evidence import CLAIMS, Evidence, ItemNames, claims


def reading(**said: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "language": "en", "pack": "movies", "constraints": [], "relative": [], "dropped_facets": [], "items": [],
        "positions": [], "count": None, "unmet": [], "maybe": [], "for_whom": None, "replaces": False,
    }  # fmt: skip
    return {**empty, **said}


def constraint(strength: str = "must", source: str = "lexicon") -> dict[str, Any]:
    return {"facet": "genre", "op": "is", "value": "War", "strength": strength, "source": source, "span": [0, 3]}


def test_a_demand_of_the_lexicon_is_strong() -> None:
    assert Evidence.of(reading(constraints=[constraint()])) == Evidence(strong=1, demands=1)


def test_a_hint_and_a_guess_are_weak() -> None:
    read = reading(constraints=[constraint("prefer"), constraint("must", "classifier")])
    assert Evidence.of(read) == Evidence(weak=2, guesses=2)


def test_titles_and_positions_are_strong() -> None:
    read = reading(items=[{"item_id": "1", "role": "like"}], positions=[{"index": 2, "role": "about"}])
    assert Evidence.of(read) == Evidence(strong=2, titles=1, positions=1)


def test_the_name_of_an_item_is_weak() -> None:
    assert Evidence.of(reading(), names_item=True) == Evidence(weak=1, names_item=True)


def test_letters_inside_what_was_read_are_explained() -> None:
    assert Evidence.of(reading(constraints=[constraint()]), text="war, 12!").explained == 0.6


def test_no_reading_proves_nothing() -> None:
    assert Evidence.of(None, names_item=True) == Evidence()


def test_claims_are_as_many_as_announced() -> None:
    assert claims(reading(), False).tolist() == [0.0] * CLAIMS


def test_item_names_are_found_as_words_in_english_and_anywhere_in_chinese() -> None:
    names = ItemNames(["tea", "dish", "茶"])
    assert [names.in_text(text) for text in ("Teas, please", "two dishes", "team", "绿茶有吗", "咖啡")] == [
        True, True, False, True, False,
    ]  # fmt: skip
