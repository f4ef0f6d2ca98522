"""The tokenizer."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.assistant.components.tokens import BilingualTokenizer


def tokens(text: str) -> list[tuple[str, int]]:
    tokenizer = BilingualTokenizer(BilingualTokenizer.get_default_config())
    return [(token.text, token.start) for token in tokenizer.tokenize(Message({TEXT: text}), TEXT)]


def test_english_is_split_at_blanks_and_punctuation() -> None:
    assert tokens("I don't like it, no!") == [("I", 0), ("don't", 2), ("like", 8), ("it", 13), ("no", 17)]


def test_each_chinese_character_is_a_token() -> None:
    assert tokens("推荐喜剧") == [("推", 0), ("荐", 1), ("喜", 2), ("剧", 3)]


def test_both_languages_in_one_sentence_are_split_where_they_meet() -> None:
    assert tokens("像Heat那样") == [("像", 0), ("Heat", 1), ("那", 5), ("样", 6)]


@pytest.mark.parametrize("text", ["😀", "???", " ", "。。。"])
def test_text_without_a_word_is_one_token(text: str) -> None:
    assert tokens(text) == [(text, 0)]
