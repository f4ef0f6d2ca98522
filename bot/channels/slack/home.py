"""The App Home: what the person is looking for, wish by wish, and what else can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.channels.inbox import LINK, PRIVACY
from bot.channels.references import reference
from bot.channels.slack.blocks import MOST_BUTTONS, SECTION, Block, button, plain
from bot.channels.texts import Texts
from data.store import Conversation, StoredMessage

COMMANDS = ("help", "reset", "human", LINK, PRIVACY)
PREFIX = "home:"
"""Begins the action_id of a button that is a command."""


def home_view(
    texts: Texts, conversation: Conversation, messages: Sequence[StoredMessage], liked: Sequence[str] = ()
) -> dict[str, Any]:
    """The view of a person with that conversation: the need as the last message says it, and titles they like."""
    language = conversation.language
    last = next((m for m in reversed(messages) if m.sender != "user" and m.content.get("need") is not None), None)
    chips = list(((last.content.get("need") if last else None) or {}).get("chips") or ())[:MOST_BUTTONS]
    wishes: list[Block] = [{"type": "section", "text": plain(texts.say("nothing_yet", language), SECTION)}]
    if last and chips:
        named = [(str(chip.get("title", "")), f"n{number}") for number, chip in enumerate(chips)]
        cid = conversation.conversation_id
        elements = [button(title, place, reference(cid, last.seq, place)) for title, place in named]
        wishes = [
            {"type": "section", "text": plain(texts.say("remove", language), SECTION)},
            {"type": "actions", "elements": elements},
        ]
    history: list[Block] = []
    if liked:
        words = "\n".join([texts.say("liked", language), *(f"• {title}" for title in liked)])
        history = [{"type": "divider"}, {"type": "section", "text": plain(words, SECTION)}]
    commands = [button(texts.say(name, language), f"{PREFIX}{name}", name) for name in COMMANDS]
    head = {"type": "header", "text": plain(texts.say("home", language), 150)}
    buttons: list[Block] = [{"type": "divider"}, {"type": "actions", "elements": commands}]
    return {"type": "home", "blocks": [head, *wishes, *history, *buttons]}
