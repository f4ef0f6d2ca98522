"""Notices of the gateway about who answers, as messages with their buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.texts import Texts, load_texts
from bot.channels.tokens import Signer

FILE = Path(__file__).with_name("texts.yml")
KEEP, LEAVE = "/handoff_keep_bot", "/handoff_leave_message"
"""What the buttons mean; what a person types never begins with a slash."""


@dataclass(frozen=True)
class Words:
    """Makes messages in one of our languages."""

    texts: Texts
    signer: Signer

    def notice(self, name: str, language: str, **facts: str) -> dict[str, Any]:
        """A line about the conversation."""
        return {"type": "notice", "text": self.texts.say(name, language, **facts)}

    def spoken(self, name: str, language: str, lately: Sequence[str] = ()) -> dict[str, Any]:
        """What the bot says."""
        return {"type": "text", "text": self.texts.say(name, language, lately)}

    def offer(self, name: str, conversation_id: str, language: str, **facts: str) -> dict[str, Any]:
        """A line with the choice between the bot and a message."""
        choices = [
            {"title": self.texts.say("keep_bot", language), "payload": KEEP},
            {"title": self.texts.say("leave_message", language), "payload": LEAVE},
        ]
        text = self.texts.say(name, language, **facts)
        return self.signer.sealed(conversation_id, {"type": "choices", "text": text, "choices": choices})


def load_words(signer: Signer) -> Words:
    """The words of texts.yml."""
    return Words(load_texts(FILE), signer)
