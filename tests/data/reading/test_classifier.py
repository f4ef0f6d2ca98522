"""The classifier of phrases and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data.reading.classifier import BACKGROUND, PhraseClassifier, digest_of, fitted

EXAMPLES = [
    ("scary", "genre=Horror"), ("frightening", "genre=Horror"), ("恐怖", "genre=Horror"),
    ("funny", "genre=Comedy"), ("hilarious", "genre=Comedy"), ("搞笑", "genre=Comedy"),
    ("wallet", BACKGROUND), ("bus stop", BACKGROUND), ("天气", BACKGROUND),
]  # fmt: skip


def test_an_unknown_phrase_gets_the_label_of_its_neighbours_in_either_language() -> None:
    classifier = fitted(EXAMPLES)
    best = classifier.probabilities(["terrifying", "吓人", "humorous"]).argmax(axis=1)
    assert [classifier.labels[i] for i in best] == ["genre=Horror", "genre=Horror", "genre=Comedy"]


def test_the_fitted_weights_come_back_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "reading" / "classifier.npz"
    first = fitted(EXAMPLES, path)
    again = PhraseClassifier.load(path, digest_of(EXAMPLES))
    assert again is not None
    np.testing.assert_array_equal(first.weights, again.weights)


def test_a_file_fitted_on_other_examples_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "classifier.npz"
    fitted(EXAMPLES, path)
    assert PhraseClassifier.load(path, digest_of(EXAMPLES[1:])) is None


def test_a_broken_file_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "classifier.npz"
    path.write_bytes(b"no archive")
    assert PhraseClassifier.load(path, digest_of(EXAMPLES)) is None
