"""What the command `understand` makes of lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from bot.assistant.paths import model_file
from bot.assistant.understand import BATCH, Understanding, batches
from data.settings import PROJECT, Settings


@pytest.fixture(scope="module")
def understand(settings: Settings) -> Understanding:
    return Understanding.load(model_file(settings), settings.text_limit)


def read(data: bytes) -> list[str]:
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        return [line for batch in batches(stream) for line in batch]


def test_lines_come_in_their_order_and_the_last_needs_no_end() -> None:
    assert read(b"one\ntwo\r\n\nfour") == ["one", "two", "", "four"]


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert read(b"\xff\xfehello\n") == ["\ufffd\ufffdhello"]


def test_many_lines_come_in_batches() -> None:
    assert read(b"x\n" * (3 * BATCH + 1)) == ["x"] * (3 * BATCH + 1)


def test_a_line_that_has_arrived_is_not_kept_waiting_for_the_next() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as stream:
        lines = batches(stream)
        os.write(writer, b"first\n")
        assert next(lines) == ["first"]
        os.close(writer)
        assert list(lines) == []


def test_a_wish_has_the_form_of_the_contract(understand: Understanding) -> None:
    (said,) = understand(["a funny film from the nineties"])
    assert said.pop("confidence") > 0.5
    assert said == {
        "text": "a funny film from the nineties", "language": "en", "intent": "recommend", "pack": "movies",
        "constraints": [
            {"facet": "genre", "op": "is", "value": "Comedy", "strength": "must"},
            {"facet": "year", "op": "at_least", "value": 1990, "strength": "must"},
            {"facet": "year", "op": "at_most", "value": 1999, "strength": "must"},
        ],
        "items": [],
    }  # fmt: skip


def test_a_title_has_its_item_and_role(understand: Understanding) -> None:
    (said,) = understand(["I loved Toy Story"])
    assert said["intent"] == "like"
    assert said["items"] == [{"item_id": "1", "title": "Toy Story", "role": "like"}]


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200e", "\t"])
def test_nothing_to_see_is_not_understood(understand: Understanding, text: str) -> None:
    (said,) = understand([text])
    assert (said["text"], said["intent"], said["confidence"]) == (text, "nlu_fallback", 0.0)


@pytest.mark.parametrize("text", ["/greet", '/feedback{"kind":"like"}', " /restart", "／greet"])
def test_a_slash_is_words(understand: Understanding, text: str) -> None:
    (said,) = understand([text])
    assert said["text"] == text
    assert said["confidence"] < 1.0


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "?!?",
        "<b>bold</b> &amp; <script>alert(1)</script>",
        "مرحبا",
        "ａｂｃ",
        "7",
        "x" * 10_000,
        "'; DROP TABLE users; --",
    ],
)
def test_odd_text_has_one_sensible_answer(understand: Understanding, text: str) -> None:
    (said,) = understand([text])
    assert said["text"] == text
    assert 0.0 <= said["confidence"] <= 1.0


def test_many_at_a_time_are_understood_as_one_by_one(understand: Understanding) -> None:
    texts = ["hello", "no horror please", "", "推荐一部喜剧", "set an alarm for seven", "more"]
    together, alone = understand(texts), [understand([text])[0] for text in texts]
    assert [_rounded(said) for said in together] == [_rounded(said) for said in alone]


def _rounded(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "confidence": round(said["confidence"], 2)}


def test_the_command_writes_one_object_a_line(settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.assistant.understand"], input=b"hi\n\n\xe5\x86\x8d\xe8\xa7\x81\n", cwd=PROJECT,
        capture_output=True, check=True,
    )  # fmt: skip
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["text"], one["intent"]) for one in said] == [
        ("hi", "greet"),
        ("", "nlu_fallback"),
        ("再见", "goodbye"),
    ]
    assert done.stderr == b""
