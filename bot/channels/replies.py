"""From Rasa's replies to the Messages of DESIGN.md 5.5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import structlog

TYPES = ("text", "slate", "choices", "compare", "notice")
KEYS = ("type", "text", "slate", "choices", "compare", "need")
log = structlog.get_logger()


def messages_of(replies: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The Messages, without `seq`, `at`, `from`; a text before a `custom` without text becomes its text."""
    messages: list[dict[str, Any]] = []
    is_joinable = False
    for reply in replies:
        if isinstance(reply.get("custom"), Mapping):
            custom = _custom(reply["custom"])
            if custom and is_joinable and not custom["text"]:
                custom = _joined(messages.pop(), custom)
            messages += [custom] if custom else []
            is_joinable = False
        elif spoken := _spoken(reply):
            messages.append(spoken)
            is_joinable = True
    return messages


def _spoken(reply: Mapping[str, Any]) -> dict[str, Any] | None:
    """A text with or without buttons; None when it says nothing."""
    text, buttons = str(reply.get("text") or ""), reply.get("buttons") or []
    choices = [{"title": str(b.get("title", "")), "payload": str(b.get("payload", ""))} for b in buttons]
    if choices:
        return {"type": "choices", "text": text, "choices": choices}
    return {"type": "text", "text": text} if text.strip() else None


def _custom(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """A Message that an action made; None, and a line in the log, for one of no known type."""
    kind = content.get("type")
    if kind not in TYPES:
        log.error("reply_dropped", where="custom.type", value=str(kind), known=TYPES)
        return None
    return {"text": "", **{key: value for key, value in content.items() if key in KEYS}}


def _joined(said: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    choices = {"choices": said["choices"]} if "choices" in said else {}
    return {**choices, **custom, "text": said["text"]}
