"""Character n-grams of a message: what keeps typos, stems and Chinese words recognisable where meaning is blurred."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

BUCKETS = 2**15
LONGEST = 4


class Letters:
    """Hashed n-grams of 1 to 4 characters within words, weighted by rarity, each row of length 1."""

    def __init__(self, rarity: np.ndarray):
        self.rarity = rarity  # (BUCKETS,) inverse document frequency, as learnt from training texts

    @classmethod
    def learnt_from(cls, texts: Sequence[str]) -> Letters:
        """Rarity as ln((1 + N) / (1 + n)) + 1, smoothed as in scikit-learn's TfidfTransformer."""
        present = np.asarray((_count(texts) > 0).sum(axis=0)).ravel()
        return cls((np.log((1 + len(texts)) / (1 + present)) + 1).astype(np.float32))

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """(N, BUCKETS)"""
        return normalize(_count(texts) @ diags(self.rarity)).astype(np.float32)


def _count(texts: Sequence[str]) -> csr_matrix:
    return _HASHING.transform(texts)


_HASHING = HashingVectorizer(
    analyzer="char_wb", ngram_range=(1, LONGEST), n_features=BUCKETS, alternate_sign=False, norm=None, binary=True
)
