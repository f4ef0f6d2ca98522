"""The inbox of channels that send us what people say: stored once per event, then answered by the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.erasure import erase_person
from bot.channels.keys import LISTENERS, METRICS, RATES, SETTINGS, SIGNER, STORE, WORKER
from bot.channels.linking import link_choice_work, link_command_work, link_work
from bot.channels.references import read_reference, token_at
from bot.channels.texts import load_texts
from bot.channels.tokens import Choice
from bot.words import for_assistant, language_of, storable, visible
from data.store import Conversation

TEXTS = Path(__file__).with_name("chat_texts.yml")
LATELY = 6
ASK_TO_ERASE, ERASE = "erase?", "erase!"
"""What the buttons about erasing mean; the assistant's payloads begin with a slash, so these are never its own."""
COMMANDS = {"start": "/greet", "help": "/help", "reset": "/start_over", "human": "/human"}
"""Commands that say to the assistant what a button of the web page says."""
PRIVACY, LINK = "privacy", "link"


class Inbox:
    """Takes in what people say on chats. Its methods raise StoreError, and then nothing was taken in."""

    def __init__(self, app: web.Application):
        self._app = app
        self.texts = load_texts(TEXTS)

    async def say(self, conversation: Conversation, key: str, text: str | None, is_private: bool = True) -> None:
        """Takes in a text; None for a message without words, such as a picture.

        Chats that others read are not linked: the code, and what a person likes, are nobody else's.
        """
        limit = self._app[SETTINGS].text_limit
        if self._app[RATES].wait_s("session", conversation.conversation_id):
            self._app[METRICS].limited("session")
            said = storable((text or "")[:limit]) or self.texts.say("without_words", conversation.language)
            await self._receive(conversation, key, said, {"answers": self._slow_down(conversation)})
        elif text is None or not visible(text):
            said = self.texts.say("without_words", conversation.language)
            answer = await self._spoken(conversation, "only_words")
            await self._receive(conversation, key, said, {"answers": [answer]})
        elif len(text) > limit:
            answer = await self._spoken(conversation, "too_long", limit=f"{limit:,}", found=f"{len(text):,}")
            await self._receive(conversation, key, storable(text[:limit]), {"answers": [answer]}, language_of(text))
        else:
            link = link_work(text)
            work = {"link": "public"} if link and not is_private else link or {"message": for_assistant(text)}
            await self._receive(conversation, key, storable(text), work, language_of(text))

    async def command(
        self, conversation: Conversation, key: str, name: str, rest: str = "", is_private: bool = True
    ) -> None:
        """Takes in one of COMMANDS, PRIVACY or LINK with what follows it."""
        if name == LINK:
            work = link_command_work(rest) if is_private else {"link": "public"}
            await self._receive(conversation, key, f"/{name} {rest}".strip(), work)
        elif name == PRIVACY:
            answer = self._with_button(conversation, "privacy", "erase", ASK_TO_ERASE)
            await self._receive(conversation, key, f"/{name}", {"answers": [answer]})
        else:
            await self._receive(conversation, key, f"/{name}", {"message": COMMANDS[name]})

    async def choice(self, conversation: Conversation, reference: str) -> Choice | None:
        """What the button with that reference means; None when it is forged, foreign or expired."""
        named = read_reference(conversation.conversation_id, reference)
        if named is None or named.page is not None:
            return None
        cid = conversation.conversation_id
        message = await asyncio.to_thread(self._app[STORE].message, cid, named.seq)
        token = token_at(message.content, named.place) if message and message.sender != "user" else None
        choice = self._app[SIGNER].choice(cid, token) if token else None
        return None if choice is None or choice.is_expired else choice

    async def press(self, conversation: Conversation, key: str, choice: Choice) -> str | None:
        """Takes in a pressed button; words to show at once when it was the one that erases everything."""
        if choice.payload == ERASE:
            await erase_person(self._app, conversation.user_id)
            return self.texts.say("erased", conversation.language)
        work: Mapping[str, Any] = link_choice_work(choice.payload) or {"message": choice.payload}
        if choice.payload == ASK_TO_ERASE:
            work = {"answers": [self._with_button(conversation, "erase_text", "erase", ERASE)]}
        said = choice.title or self.texts.say("without_words", conversation.language)
        await self._receive(conversation, key, said, work)
        return None

    async def _receive(
        self, conversation: Conversation, key: str, said: str, work: Mapping[str, Any], language: str | None = None
    ) -> None:
        cid, message = conversation.conversation_id, {"type": "text", "text": said}
        received = await asyncio.to_thread(self._app[STORE].receive, cid, key, message, work, language)
        if received.is_new:
            self._app[METRICS].received(conversation.channel)
        if not received.is_answered:
            self._app[LISTENERS].wake(cid)
            self._app[WORKER].wake(cid)

    def _slow_down(self, conversation: Conversation) -> list[dict[str, Any]]:
        """A request to write less, now and then, to somebody who goes on and on."""
        if self._app[RATES].wait_s("slow_down", conversation.conversation_id):
            return []
        return [{"type": "text", "text": self.texts.say("too_fast", conversation.language)}]

    async def _spoken(self, conversation: Conversation, name: str, **facts: str) -> dict[str, Any]:
        lately = await self._lately(conversation)
        return {"type": "text", "text": self.texts.say(name, conversation.language, lately, **facts)}

    async def _lately(self, conversation: Conversation) -> list[str]:
        """What was last said to the person."""
        after = max(0, conversation.last_seq - LATELY)
        recent = await asyncio.to_thread(self._app[STORE].messages, conversation.conversation_id, after)
        return [str(message.content.get("text")) for message in recent if message.sender != "user"]

    def _with_button(self, conversation: Conversation, text: str, title: str, payload: str) -> dict[str, Any]:
        choice = {"title": self.texts.say(title, conversation.language), "payload": payload}
        return {"type": "choices", "text": self.texts.say(text, conversation.language), "choices": [choice]}
