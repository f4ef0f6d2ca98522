"""Figures of many dialogues: who found what they had in mind, how soon, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Any

from bot.simulation.talk import Answer, Dialogue, Exchange
from data.catalog import eligible

TURNS = (3, 5, 8)


def figures(dialogues: Sequence[Dialogue]) -> dict[str, Any]:
    """
    `success@n`: share of people who saw their item within n turns. `turns`: mean turns, not found counts as all turns.
    `violated`: items shown against something the person had truly said, per item shown (a bot that misheard counts);
    `violated_need`: against the `must` constraints of the need that the bot itself says it has. `shown_twice`: items
    shown again. `repeats`: answers that are word for word and item for item the previous one. `dead_ends`: answers
    with neither items nor buttons nor a question.
    """
    if not dialogues:
        return {"people": 0}
    exchanges = [exchange for dialogue in dialogues for exchange in dialogue.exchanges]
    shown = sum(len(exchange.items) for exchange in exchanges)
    return {
        "people": len(dialogues),
        **{f"success@{n}": round(mean(bool(d.found_at and d.found_at <= n) for d in dialogues), 4) for n in TURNS},
        "turns": round(mean(d.found_at or len(d.exchanges) for d in dialogues), 2),
        "violated": round(sum(map(_violated, exchanges)) / max(shown, 1), 4),
        "violated_need": sum(_violated_need(exchange) for exchange in exchanges),
        "shown_twice": sum(map(_shown_twice, dialogues)),
        "repeats": sum(map(_repeats, dialogues)),
        "dead_ends": sum(_is_dead_end(exchange.answer) for exchange in exchanges if exchange.answer),
    }


def by(dialogues: Sequence[Dialogue], name: str) -> dict[str, Any]:
    """The figures per persona or language."""
    groups = sorted({getattr(dialogue, name) for dialogue in dialogues})
    return {group: figures([d for d in dialogues if getattr(d, name) == group]) for group in groups}


def worst(dialogues: Sequence[Dialogue], count: int = 10) -> list[Dialogue]:
    """The dialogues with the most that went wrong; among equals those in which nothing was found."""

    def trouble(dialogue: Dialogue) -> tuple[int, int]:
        faults = sum(map(_violated, dialogue.exchanges)) + 3 * _repeats(dialogue) + 2 * _shown_twice(dialogue)
        dead = sum(_is_dead_end(exchange.answer) for exchange in dialogue.exchanges)
        return (faults + 5 * dead, int(dialogue.found_at is None))

    return sorted(dialogues, key=trouble, reverse=True)[:count]


def _violated(exchange: Exchange) -> int:
    return sum(not eligible(item, exchange.stated) for item in exchange.items)


def _violated_need(exchange: Exchange) -> int:
    """Items of the slates against the need that their own message carries."""
    from data.need import Need

    wrong = 0
    for message in exchange.answer:
        ids = {item["item_id"] for item in (message.get("slate") or {}).get("items", ())}
        if ids and message.get("need"):
            must = Need.from_dict(message["need"]).constraints
            wrong += sum(item.item_id in ids and not eligible(item, must) for item in exchange.items)
    return wrong


def _shown_twice(dialogue: Dialogue) -> int:
    ids = [item.item_id for exchange in dialogue.exchanges for item in exchange.items]
    return len(ids) - len(set(ids))


def _repeats(dialogue: Dialogue) -> int:
    said = [_content(exchange) for exchange in dialogue.exchanges]
    return sum(bool(a[0]) and a == b for a, b in zip(said, said[1:], strict=False))


def _content(exchange: Exchange) -> tuple[str, tuple[str, ...]]:
    texts = " ".join(str(message.get("text", "")) for message in exchange.answer)
    return texts, tuple(item.item_id for item in exchange.items)


def _is_dead_end(answer: Answer) -> bool:
    return bool(answer) and not any(
        message.get("slate") or message.get("choices") or str(message.get("text", "")).rstrip().endswith(("?", "？"))
        for message in answer
    )
