"""Messages made from a catalog."""

from __future__ import annotations

import random
from pathlib import Path

from bot.assistant.evaluation.made import made_cases, one_typo
from bot.assistant.importers.packs import PackWords
from data.settings import Settings


def test_a_typo_changes_a_word_by_one_slip() -> None:
    made = {one_typo("Casino", random.Random(seed)) for seed in range(40)}
    assert "Casino" not in made and None not in made
    assert {len(text or "") for text in made} == {5, 6, 7}


def test_first_and_last_letter_stay() -> None:
    made = [one_typo("goodfellas", random.Random(seed)) or "" for seed in range(40)]
    assert {text[0] for text in made} == {"g"} and {text[-1] for text in made} == {"s"}


def test_short_and_chinese_words_are_left_alone() -> None:
    assert one_typo("Heat", random.Random(0)) is None
    assert one_typo("阿甘正传", random.Random(0)) is None


def test_the_same_seed_makes_the_same_messages(tea_pack: str, tmp_path: Path) -> None:
    words = PackWords.load(tea_pack, tmp_path)
    assert made_cases(words, tmp_path, 1) == made_cases(words, tmp_path, 1)
    named = [
        (case.text, case.item_id) for case in made_cases(words, tmp_path, 1) if case.kind.startswith("title clean")
    ]
    assert any("Dragon Well" in text and item_id == "1" for text, item_id in named)
    assert any("正山小种" in text and item_id == "2" for text, item_id in named)


def test_unseen_phrases_come_from_the_held_out_values_of_the_pack(tea_pack: str, tmp_path: Path) -> None:
    Path(tea_pack, "instructions.yml").write_text(
        "en: {held_values: {kind: {Green: [leafy], Black: [with a dark cup]}}}\n", encoding="utf-8"
    )
    unseen = [case for case in made_cases(PackWords.load(tea_pack, tmp_path), tmp_path, 0) if case.kind == "unseen"]
    assert [(case.constraints, "leafy teas" in case.text, "teas with a dark cup" in case.text) for case in unseen] == [
        (frozenset({("kind", "is", "Green")}), True, False),
        (frozenset({("kind", "is", "Black")}), False, True),
    ]


def test_the_movies_have_titles_in_both_languages() -> None:
    settings = Settings.from_environment()
    kinds = [case.kind for case in made_cases(PackWords.load("movies", settings.home), settings.home, 0)]
    assert kinds.count("title clean en") == 150 and kinds.count("title clean zh") == 150
    assert 100 <= kinds.count("title one typo en") < 150
