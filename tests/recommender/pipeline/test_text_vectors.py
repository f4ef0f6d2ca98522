"""An instruction that was encoded lately is not encoded again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from recommender.pipeline.text_vectors import TextVectors


class Encoder:
    """Remembers what it was asked to encode; the vector of a text is its length."""

    name = "made"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Tensor:
        self.asked.append(list(texts))
        return torch.tensor([[float(len(text))] for text in texts])


@pytest.fixture
def made() -> Encoder:
    return Encoder()


def values(vectors: list[Tensor]) -> list[float]:
    return [float(vector[0]) for vector in vectors]


def test_new_texts_are_encoded_together_and_once(made: Encoder) -> None:
    texts = TextVectors(made)  # type: ignore[arg-type]
    assert values(texts.of(["aa", "b", "aa"])) == [2.0, 1.0, 2.0]
    assert made.asked == [["aa", "b"]]


def test_an_unchanged_text_is_not_encoded_again(made: Encoder) -> None:
    texts = TextVectors(made)  # type: ignore[arg-type]
    texts.of(["aa"])
    assert values(texts.of(["aa", "ccc"])) == [2.0, 3.0]
    assert made.asked == [["aa"], ["ccc"]]


def test_the_text_not_used_for_longest_is_forgotten_first(made: Encoder) -> None:
    texts = TextVectors(made, keep=2)  # type: ignore[arg-type]
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        texts.of([text])
    assert made.asked == [["a"], ["bb"], ["ccc"], ["bb"]]


def test_more_texts_than_are_kept_are_all_answered(made: Encoder) -> None:
    texts = TextVectors(made, keep=1)  # type: ignore[arg-type]
    assert values(texts.of(["a", "bb", "ccc"])) == [1.0, 2.0, 3.0]
