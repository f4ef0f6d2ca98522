"""Vectors of instructions: what was encoded lately is not encoded again, what is new is encoded together."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from torch import Tensor

from recommender.model.encoder import TextEncoder
from recommender.pipeline.out_of_memory import within_memory


class TextVectors:
    """The encoder behind a cache of the texts last used. Safe to call from several threads."""

    def __init__(self, encoder: TextEncoder, keep: int = 4096):
        self.encoder, self.keep = encoder, keep
        self.hits = self.misses = 0
        self._found: OrderedDict[str, Tensor] = OrderedDict()
        self._lock = threading.Lock()
        self._on_cpu: TextEncoder | None = None

    def of(self, texts: Sequence[str], on_out_of_memory: Callable[[str], None] = lambda what: None) -> list[Tensor]:
        """A (E,) vector per text, in order; an empty text is zeros."""
        with self._lock:
            old = {text: self._found[text] for text in texts if text in self._found}
            new = [text for text in dict.fromkeys(texts) if text not in old]
            self.misses += len(new)
            self.hits += len(texts) - len(new)
        vectors = within_memory(new, self._encode, self._encode_on_cpu, on_out_of_memory) if new else []
        made = dict(zip(new, vectors, strict=True))
        with self._lock:
            for text in dict.fromkeys(texts):
                self._found[text] = made[text] = made[text] if text in made else old.pop(text)
                self._found.move_to_end(text)
            while len(self._found) > self.keep:
                self._found.popitem(last=False)
        return [made[text] for text in texts]

    def _encode(self, texts: Sequence[str]) -> list[Tensor]:
        return list(self.encoder.encode(texts))

    def _encode_on_cpu(self, texts: Sequence[str]) -> list[Tensor]:
        if self._on_cpu is None:
            self._on_cpu = self.encoder.on("cpu")
        return list(self._on_cpu.encode(texts))
