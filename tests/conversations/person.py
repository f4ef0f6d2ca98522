"""A person who talks to the assistant and sees what comes back: the last turn as a dialogue test looks at it."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.assistant.paths import ENDPOINTS, model_file
from bot.assistant.quiet import be_quiet
from bot.words import for_assistant
from data.settings import Settings


@dataclass(frozen=True)
class Seen:
    """What one turn brought: what was understood, what was done and what was said."""

    intent: str
    actions: tuple[str, ...]
    language: str
    texts: tuple[str, ...]
    messages: tuple[Mapping[str, Any], ...]
    buttons: tuple[Mapping[str, str], ...]

    @property
    def slate(self) -> Sequence[Mapping[str, Any]]:
        """The items of the list that was shown, or none."""
        slates = [message["slate"]["items"] for message in self.messages if message.get("slate")]
        return slates[-1] if slates else ()

    @property
    def compared(self) -> Mapping[str, Any]:
        """The table that compares items, or an empty one."""
        tables = [message["compare"] for message in self.messages if message.get("compare")]
        return tables[-1] if tables else {"items": [], "rows": []}

    @property
    def wishes(self) -> list[str]:
        """The constraints of the need after the turn, as "genre is Comedy"."""
        needs = [message["need"] for message in self.messages if message.get("need")]
        constraints = needs[-1]["constraints"] if needs else []
        return [f"{c['facet']} {c['op']} {c['value']}" for c in constraints]


class Talk:
    """The trained assistant, loaded once for all tests."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent
        self._loop = asyncio.new_event_loop()
        self._numbers = itertools.count(1)

    @classmethod
    def with_assistant(cls, settings: Settings) -> Talk:
        """Loads the model as the server does."""
        be_quiet()
        os.environ["INSTRUCTREC_ACTIONS_URL"] = settings.actions_url
        from rasa.core.agent import load_agent
        from rasa.core.utils import AvailableEndpoints

        endpoints = AvailableEndpoints.read_endpoints(str(ENDPOINTS))
        agent = asyncio.new_event_loop().run_until_complete(load_agent(str(model_file(settings)), endpoints=endpoints))
        assert agent.is_ready(), f"{model_file(settings)}: the assistant did not load"
        return cls(agent)

    def send(self, conversation: str, message: str) -> Seen:
        """One turn, start to end."""
        return self._loop.run_until_complete(self._send(conversation, message))

    async def _send(self, conversation: str, message: str) -> Seen:
        from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

        metadata = {
            "user_id": conversation, "conversation_id": conversation, "message_id": f"{conversation} {next(self._numbers)}",
            "channel": "web", "locale": "en",
        }  # fmt: skip
        said = UserMessage(message, CollectingOutputChannel(), conversation, input_channel="rest", metadata=metadata)
        replies = await self._agent.handle_message(said)
        tracker = await self._agent.tracker_store.retrieve(conversation)
        return _seen(replies, tracker)


def _seen(replies: Sequence[Mapping[str, Any]], tracker: Any) -> Seen:
    from rasa.shared.core.events import ActionExecuted, UserUttered

    events = list(tracker.events)
    begin = max(index for index, event in enumerate(events) if isinstance(event, UserUttered))
    actions = [event.action_name for event in events[begin:] if isinstance(event, ActionExecuted)]
    messages = tuple(reply["custom"] for reply in replies if "custom" in reply)
    offered = [button for reply in replies for button in reply.get("buttons", ())]
    offered += [choice for message in messages for choice in message.get("choices") or ()]
    texts = [reply["text"] for reply in replies if reply.get("text")]
    texts += [message["text"] for message in messages if message.get("text")]
    return Seen(
        events[begin].intent_name, tuple(name for name in actions if name != "action_listen"),
        str(tracker.get_slot("language")), tuple(texts), messages, tuple(offered),
    )  # fmt: skip


@dataclass
class Person:
    """One conversation and everything seen in it."""

    talk: Talk
    conversation: str
    turns: list[Seen] = field(default_factory=list)

    def say(self, words: str) -> Seen:
        """Types `words`; they reach the assistant as the gateway passes them on."""
        return self._take(self.talk.send(self.conversation, for_assistant(words)))

    def press(self, payload: str) -> Seen:
        """Presses a button with that payload."""
        return self._take(self.talk.send(self.conversation, payload))

    def choose(self, title: str) -> Seen:
        """Presses the button of the last answer with that title, or one that begins with it."""
        found = [button["payload"] for button in self.turns[-1].buttons if button["title"].startswith(title)]
        assert found, f"no button {title!r} among {[button['title'] for button in self.turns[-1].buttons]}"
        return self.press(found[0])

    def press_on(self, position: int, kind: str) -> Seen:
        """Presses the button `kind` of the item at `position` (from 1) in the last list."""
        item = self.last_slate[position - 1]
        return self.press(next(action["payload"] for action in item["actions"] if action["kind"] == kind))

    @property
    def last_slate(self) -> Sequence[Mapping[str, Any]]:
        """The items of the last list shown."""
        return next(turn.slate for turn in reversed(self.turns) if turn.slate)

    def shown_before(self) -> set[str]:
        """item_ids of every list before the last turn."""
        return {item["item_id"] for turn in self.turns[:-1] for item in turn.slate}

    def _take(self, seen: Seen) -> Seen:
        self.turns.append(seen)
        return seen
