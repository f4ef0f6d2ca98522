"""Linking chats: a person asks for a one-time code in one and enters it in another, and both are one to the bot."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from hassil import Intents, recognize

from bot.channels.metrics import Metrics
from bot.channels.rates import Rates
from bot.channels.texts import load_texts
from bot.words import visible
from data.store import Conversation, Store, Taken

TEXTS = Path(__file__).with_name("link_texts.yml")
SENTENCES = Path(__file__).with_name("link_sentences.yml")
VALID = timedelta(minutes=10)
CODE = re.compile(r"[0-9]{3}[- ][0-9]{3}[- ][0-9]{3}")
"""A code as it is shown and typed: nothing that anybody says of years, prices or times looks like it."""
LOOSE = re.compile(r"[0-9][0-9 -]{7,12}[0-9]")
"""What may be a code where one is expected, after /link."""
LONGEST = 80
"""Longer texts are not looked at: a request for a code is short."""
JOIN = "link!"
"""Begins the payload of the button that links; the assistant's begin with a slash."""


def link_work(text: str) -> Mapping[str, Any] | None:
    """The work that a text makes which asks for a code or is one; None for any other."""
    words = unicodedata.normalize("NFKC", visible(text[: LONGEST + 1]))
    if len(words) > LONGEST:
        return None
    if CODE.fullmatch(words):
        return {"link": "enter", "code": _digits(words)}
    asks = any(recognize(words.strip(" .!?。！？"), intents) for intents in _INTENTS)
    return {"link": "ask"} if asks else None


def link_command_work(rest: str) -> Mapping[str, Any]:
    """The work of /link with what follows it: a code is entered, anything else asks for one."""
    words = unicodedata.normalize("NFKC", visible(rest))
    is_code = LOOSE.fullmatch(words) and len(_digits(words)) == 9
    return {"link": "enter", "code": _digits(words)} if is_code else {"link": "ask"}


def link_choice_work(payload: str) -> Mapping[str, Any] | None:
    """The work of the button that links; None for any other button."""
    return {"link": "join", "code": payload.removeprefix(JOIN)} if payload.startswith(JOIN) else None


class Linking:
    """Offers codes, and links the chat in which one is entered. What it returns are Messages with plain payloads."""

    def __init__(self, store: Store, rates: Rates, metrics: Metrics, secret: str):
        self._store, self._rates, self._metrics = store, rates, metrics
        self._secret = secret.encode()
        self._texts = load_texts(TEXTS)

    async def answers(self, taken: Taken) -> list[dict[str, Any]]:
        """What is said to work of `link_work` and its like, after it was done. Raises StoreError."""
        conversation, work = taken.conversation, taken.received.work
        if work["link"] == "ask":
            return [await self._offer(conversation)]
        if work["link"] == "public":
            return [self._say("only_in_private", conversation)]
        if work["link"] == "enter":
            return [await self._ask_to_confirm(conversation, work["code"])]
        return [await self._join(conversation, work["code"], is_again=taken.tries > 1)]

    async def _offer(self, conversation: Conversation) -> dict[str, Any]:
        code = f"{secrets.randbelow(10**9):09}"
        await asyncio.to_thread(self._store.offer_link, conversation.conversation_id, self._digest(code), VALID)
        shown = "-".join((code[:3], code[3:6], code[6:]))
        return self._say("code", conversation, code=shown, minutes=str(int(VALID.total_seconds() // 60)))

    async def _ask_to_confirm(self, conversation: Conversation, code: str) -> dict[str, Any]:
        """Counts a guess; a code that is known is not used before the person has read what linking means."""
        for rate, who in (("code", conversation.user_id), ("all_codes", "")):
            if wait_s := self._rates.wait_s(rate, who):
                self._metrics.limited(rate)
                return self._say("too_many_guesses", conversation, minutes=str(-(-wait_s // 60)))
        offering = await asyncio.to_thread(self._store.offered_by, self._digest(code))
        if offering is None:
            return self._say("unknown_code", conversation)
        if offering == conversation.conversation_id:
            return self._say("own_code", conversation)
        return self._with_button("confirm", "join", JOIN + code, conversation)

    async def _join(self, conversation: Conversation, code: str, is_again: bool) -> dict[str, Any]:
        """Links. `is_again`: the work was begun before, so that the code may have been used up by itself."""
        conversation_id = conversation.conversation_id
        is_linked = await asyncio.to_thread(self._store.link, self._digest(code), conversation_id)
        if not is_linked and is_again:
            is_linked = bool(await asyncio.to_thread(self._store.linked_with, conversation_id))
        if not is_linked:
            return self._say("unknown_code", conversation)
        return self._with_button("linked", "go_on", "/greet", conversation)

    def _digest(self, code: str) -> str:
        """What is kept of a code: it cannot be told from this without our key."""
        return hmac.new(self._secret, f"link {code}".encode(), hashlib.sha256).hexdigest()

    def _say(self, name: str, conversation: Conversation, **facts: str) -> dict[str, Any]:
        return {"type": "text", "text": self._texts.say(name, conversation.language, **facts)}

    def _with_button(self, name: str, title: str, payload: str, conversation: Conversation) -> dict[str, Any]:
        choice = {"title": self._texts.say(title, conversation.language), "payload": payload}
        return {**self._say(name, conversation), "type": "choices", "choices": [choice]}


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _intents(language: str, content: Mapping[str, Any]) -> Intents:
    data = {"Link": {"data": [{"sentences": content["sentences"]}]}}
    return Intents.from_dict({"language": language, "intents": data, "expansion_rules": content["rules"]})


_INTENTS = tuple(
    _intents(language, content) for language, content in yaml.safe_load(SENTENCES.read_text(encoding="utf-8")).items()
)
