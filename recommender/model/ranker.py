"""The ranker's network: instruction, constraints and history become one query that scores the whole catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# B requests (or windows of a history), T positions, N items, E width of the text encoder, C facet dimensions,
# K towers of width W, H = K·W width of the history space, A of the aspect space, Q = H + A width of the query


@dataclass(frozen=True)
class RankerConfig:
    """Everything that shapes the network; kept in the checkpoint."""

    items: int
    """Items in the catalog."""
    facets: int
    """Dimensions of the facet space."""
    text_width: int
    """Width of the text encoder."""
    width: int = 128
    """Of one tower's history space: what was chosen after what."""
    towers: int = 1
    """History transformers that vote; each is trained as if it were alone."""
    aspects: int = 64
    """Of the aspect space: what items are, which only instructions ask about."""
    blocks: int = 2
    heads: int = 2
    window: int = 200
    """Newest interactions that the history transformer reads."""
    ratings: int = 11
    """Rating levels, 0 is unknown."""
    gaps: int = 20
    """Buckets of the time between two interactions, 0 is unknown."""
    dropout: float = 0.3
    text_dropout: float = 0.2

    @property
    def history_width(self) -> int:
        """Width of the history space of all towers together."""
        return self.width * self.towers


class Block(nn.Module):
    """A pre-norm transformer block with causal attention."""

    def __init__(self, config: RankerConfig):
        super().__init__()
        self.heads = config.heads
        self.norm_attention = nn.LayerNorm(config.width)
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.norm_mlp = nn.LayerNorm(config.width)
        self.mlp = nn.Sequential(
            nn.Linear(config.width, 4 * config.width), nn.GELU(), nn.Linear(4 * config.width, config.width)
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, W) → (B, T, W); position t sees positions up to t."""
        x = x + self.dropout(self._attend(self.norm_attention(x)))
        return x + self.dropout(self.mlp(self.norm_mlp(x)))

    def _attend(self, x: Tensor) -> Tensor:
        size, length, width = x.shape
        q, k, v = self.qkv(x).view(size, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)  # (B, heads, T, W / heads)
        return self.out(mixed.transpose(1, 2).reshape(size, length, width))


class HistoryTower(nn.Module):
    """
    One causal transformer over a history. Its items are id embedding + W·[text | facets], the same going in and coming
    out; an item that nobody interacted with has no id embedding: its text and facets place it.
    """

    def __init__(self, config: RankerConfig):
        super().__init__()
        self.window = config.window
        width, content = config.width, config.text_width + config.facets
        self.item_id = nn.Embedding(config.items, width)
        self.item_content = nn.Linear(content, width)
        self.id_bias = nn.Parameter(torch.zeros(config.items))
        self.content_bias = nn.Linear(content, 1)
        self.position = nn.Embedding(config.window, width)
        self.rating = nn.Embedding(config.ratings, width)
        self.gap = nn.Embedding(config.gaps, width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(config.dropout)

    def items(self, content: Tensor, is_warm: Tensor) -> tuple[Tensor, Tensor]:
        """(N, E + C) content and (N,) 1 where anybody interacted → (N, W) item vectors and (N,) biases."""
        vectors = self.item_content(content) + self.item_id.weight * is_warm[:, None]  # (N, W)
        return vectors, self.content_bias(content).squeeze(1) + self.id_bias * is_warm

    def forward(self, vectors: Tensor, items: Tensor, ratings: Tensor, gaps: Tensor) -> Tensor:
        """(N, W) item vectors, (B, T) items, rating levels and gap buckets → (B, T, W); padding stands to the right."""
        length = items.shape[1]
        assert length <= self.window, f"history of {length}, the window holds {self.window}"
        x = F.embedding(items, vectors) + self.rating(ratings) + self.gap(gaps)  # (B, T, W)
        x = self.dropout(x + self.position.weight[:length])
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


@dataclass(frozen=True)
class Queries:
    """The parts of a query, one per source; a source that a request does not have is a zero vector."""

    history: Tensor  # (B, Q)
    text: Tensor  # (B, Q)
    constraints: Tensor  # (B, Q)

    @property
    def fused(self) -> Tensor:
        """(B, Q): the one query. The score is linear in it, so the contributions of the sources add up."""
        return self.history + self.text + self.constraints


class Ranker(nn.Module):
    """
    The towers' spaces side by side, each a share of one query, beside a second projection of text and facets that only
    instructions see: one inner product scores an item by all of it.
    """

    item_text: Tensor
    item_facets: Tensor
    is_warm: Tensor
    towers: Sequence[HistoryTower]

    def __init__(self, config: RankerConfig):
        super().__init__()
        self.config = config
        self.towers = nn.ModuleList(HistoryTower(config) for _ in range(config.towers))  # type: ignore[assignment]
        self.item_aspects = nn.Linear(config.text_width + config.facets, config.aspects)
        query = config.history_width + config.aspects
        self.text_dropout = nn.Dropout(config.text_dropout)
        self.text_linear = nn.Linear(config.text_width, query)
        self.text_mlp = nn.Sequential(
            nn.Linear(config.text_width, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, query)
        )
        self.wanted = nn.Linear(config.facets, query, bias=False)
        self.unwanted = nn.Linear(config.facets, query, bias=False)
        self.gate = nn.Linear(config.text_width + 2 * config.facets, 1)
        self.register_buffer("item_text", torch.zeros(config.items, config.text_width))
        self.register_buffer("item_facets", torch.zeros(config.items, config.facets))
        self.register_buffer("is_warm", torch.zeros(config.items))
        self.apply(_initialise)

    @property
    def content(self) -> Tensor:
        """(N, E + C): what is known of the items without anybody's history."""
        return torch.cat([self.item_text, self.item_facets], dim=1)

    def items(self) -> tuple[Tensor, Tensor]:
        """(N, Q) item vectors, the history space first, and (N,) biases."""
        content = self.content
        of_towers = [tower.items(content, self.is_warm) for tower in self.towers]
        bias = torch.stack([bias for _, bias in of_towers]).mean(0)
        return torch.cat([*(vectors for vectors, _ in of_towers), self.item_aspects(content)], dim=1), bias

    def read_history(self, vectors: Tensor, items: Tensor, ratings: Tensor, gaps: Tensor) -> Tensor:
        """
        (N, Q) item vectors, (B, T) items, rating levels and gap buckets → (B, T, H); padding stands to the right. The
        states are divided by the number of towers: the score is the mean of theirs.
        """
        parts = vectors[:, : self.config.history_width].split(self.config.width, dim=1)
        states = [tower(part, items, ratings, gaps) for tower, part in zip(self.towers, parts, strict=True)]
        return torch.cat(states, dim=2) / len(states)

    def read_instruction(self, text: Tensor, wanted: Tensor, unwanted: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """
        (B, E) text vectors, (B, C) wanted and unwanted facets → (B, Q) text query, (B, Q) constraint query and the
        (B, 1) weight that is left to the history; what is all zero contributes nothing.
        """
        has_text = (text != 0).any(1, keepdim=True).to(text.dtype)  # (B, 1)
        has_facets = ((wanted != 0) | (unwanted != 0)).any(1, keepdim=True).to(text.dtype)
        heard = self.text_dropout(text)
        by_text = has_text * (self.text_linear(heard) + self.text_mlp(heard))
        by_facets = self.wanted(wanted) + self.unwanted(unwanted)
        gate = 2 * torch.sigmoid(self.gate(torch.cat([text, wanted, unwanted], dim=1)))
        is_instructed = torch.maximum(has_text, has_facets)
        return by_text, by_facets, torch.where(is_instructed > 0, gate, torch.ones_like(gate))

    def fuse(self, history: Tensor, text: Tensor, wanted: Tensor, unwanted: Tensor) -> Queries:
        """(B, H) last states of the histories (zeros without one) and the instruction → the parts of the query."""
        by_text, by_facets, gate = self.read_instruction(text, wanted, unwanted)
        return Queries(F.pad(history * gate, (0, self.config.aspects)), by_text, by_facets)

    def set_items(self, text: Tensor, facets: Tensor, is_warm: Tensor) -> None:
        """Fills what is known of the items: (N, E) text vectors, (N, C) facets, (N,) 1 where anybody interacted."""
        for name, value in (("item_text", text), ("item_facets", facets), ("is_warm", is_warm)):
            expected = tuple(getattr(self, name).shape)
            assert tuple(value.shape) == expected, f"{name}: expected {expected}, got {tuple(value.shape)}"
            getattr(self, name).copy_(value)

    def warm_up(self, is_warm: Tensor) -> None:
        """(N,) 1 where somebody interacted by now: new ones start from their content alone, as they were scored."""
        new = (is_warm > 0) & (self.is_warm == 0)
        with torch.no_grad():
            for tower in self.towers:
                tower.item_id.weight[new] = 0.0
                tower.id_bias[new] = 0.0
        self.is_warm.copy_(torch.maximum(self.is_warm, is_warm))


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Embedding):
        nn.init.normal_(module.weight, std=0.05)
    elif isinstance(module, nn.Linear):
        nn.init.xavier_normal_(module.weight, gain=0.5)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
