"""The text encoder in torch against ONNX in float and in int8: how fast, how near, and whether it ranks the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from data.errors import DataError
from recommender.bench import measure
from recommender.bench.synthetic import WORDS
from recommender.model.encoder import MAX_TOKENS, TextEncoder

QUERIES = 200
DOCUMENTS = 2_000
RELEVANT = 10
Encode = Callable[[Sequence[str]], np.ndarray]


def compare() -> dict[str, Any]:
    """
    {name: {"p50_ms", "p95_ms", "cosine", "ndcg@10"}}: one text at a time; cosine with torch's vector; nDCG@10 of the
    ranking of made descriptions when torch's own best ten, graded by place, are taken as what is relevant.
    """
    encoder = TextEncoder()
    with tempfile.TemporaryDirectory() as folder:
        encoders: dict[str, Encode] = {"torch": lambda texts: encoder.encode(texts).numpy()}
        encoders |= _onnx(encoder, Path(folder))
        return {name: _figures(encode, encoders["torch"]) for name, encode in encoders.items()}


def _onnx(encoder: TextEncoder, folder: Path) -> dict[str, Encode]:
    try:
        import onnxruntime
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ImportError:
        raise DataError("--encoder: onnx and onnxruntime are not installed; pip install onnx onnxruntime") from None
    whole, small = folder / "float.onnx", folder / "int8.onnx"
    _export(encoder, whole)
    quantize_dynamic(whole, small, weight_type=QuantType.QInt8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return {
        name: _encode(encoder, onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))
        for name, path in (("onnx float", whole), ("onnx int8", small))
    }


class _Hidden(nn.Module):
    """The last layer alone, which is what pooling reads."""

    def __init__(self, network: Any):
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        found = self.network(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return found.last_hidden_state


def _export(encoder: TextEncoder, path: Path) -> None:
    tokens = encoder.tokenizer(["two short words"], return_tensors="pt")
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "hidden"]}
    torch.onnx.export(
        _Hidden(encoder.network).eval(), tuple(tokens[name] for name in names), str(path), input_names=names,
        output_names=["hidden"], dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip


def _encode(encoder: TextEncoder, session: Any) -> Encode:
    def encode(texts: Sequence[str]) -> np.ndarray:
        options = {"padding": True, "truncation": True, "max_length": MAX_TOKENS, "return_tensors": "np"}
        tokens = encoder.tokenizer(list(texts), **options)
        (hidden,) = session.run(None, {name: tokens[name].astype(np.int64) for name in tokens})
        mask = tokens["attention_mask"][:, :, None].astype(np.float32)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    return encode


def _figures(encode: Encode, reference: Encode) -> dict[str, float]:
    queries, documents = _texts(QUERIES, 4, 1), _texts(DOCUMENTS, 9, 2)
    own, wanted = encode(queries), reference(queries)
    spent = measure.latency(lambda text: encode([text]), queries)
    scores, truth = own @ _in_parts(encode, documents).T, wanted @ _in_parts(reference, documents).T
    return {
        "p50_ms": spent["p50_ms"], "p95_ms": spent["p95_ms"],
        "cosine": round(float((own * wanted).sum(1).mean()), 5), "ndcg@10": round(_ndcg(scores, truth), 4),
    }  # fmt: skip


def _in_parts(encode: Encode, texts: Sequence[str]) -> np.ndarray:
    return np.concatenate([encode(texts[start : start + 64]) for start in range(0, len(texts), 64)])


def _texts(count: int, words: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    nouns = ("film", "lamp", "story", "dinner", "song", "garden", "city", "journey", "robot", "family")
    return [
        f"a {' '.join(rng.choice(WORDS, 2, replace=False))} {' and '.join(rng.choice(nouns, max(1, words - 3)))}"
        for _ in range(count)
    ]


def _ndcg(scores: np.ndarray, truth: np.ndarray) -> float:
    """Gain 10 for what the truth has first, 9 for the next, …, discounted by log2 (Järvelin and Kekäläinen 2002)."""
    discount = 1 / np.log2(np.arange(2, RELEVANT + 2))
    ideal = float((np.arange(RELEVANT, 0, -1) * discount).sum())
    total = 0.0
    for row, true_row in zip(scores, truth, strict=True):
        gain = np.zeros(len(row))
        gain[np.argsort(-true_row, kind="stable")[:RELEVANT]] = np.arange(RELEVANT, 0, -1)
        total += float((gain[np.argsort(-row, kind="stable")[:RELEVANT]] * discount).sum()) / ideal
    return total / len(scores)
