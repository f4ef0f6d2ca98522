"""Everything an action knows when its turn begins: the turn, the need, the last slate, the person's history."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

from actions.reading import Reading
from actions.resources import Resources
from actions.sitting import begins_anew, is_of_earlier_visit
from actions.turn import Asked, Turn, read_turn
from actions.wishes import nouns
from actions.wording import Said, Wording, last_variants
from data.catalog import Catalog
from data.need import SELF, Need
from data.pack import Pack
from data.store import NeedVersion, Store, StoredInteraction

OUTSIDE = "assistant"
"""Channel of people who talk to the assistant without the gateway."""


@dataclass(frozen=True)
class Scene:
    """What is known at the beginning of a turn."""

    turn: Turn
    wording: Wording
    resources: Resources
    catalog: Catalog
    need: Need
    conversation_id: str
    user_id: str
    begin: int = 0
    """Version with which the present need began."""
    slate: tuple[str, ...] = ()
    """item_ids of the list shown last."""
    history: tuple[StoredInteraction, ...] = ()
    """What is known of whom the need is for."""
    profiles: Mapping[str, Sequence[StoredInteraction]] = field(default_factory=dict, repr=False)
    """The same of everybody whom the person told something about."""
    events: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    earlier: NeedVersion | None = None
    """The need of an earlier visit, when this turn begins anew beside it; `need` is empty then."""
    is_picked_up: bool = False
    """This turn goes on with the need of an earlier visit, which the answer has to say."""
    is_pack_open: bool = False
    """Several packs are served and nothing said so far tells which one is meant; `catalog` is of the first."""

    @property
    def nouns(self) -> dict[str, str]:
        """What wording calls items: those of the pack, or of every served pack while that is open."""
        language = self.turn.language
        if not self.is_pack_open:
            return nouns(self.pack, language)
        each = [nouns(self.resources.catalog(name).pack, language) for name in self.resources.settings.packs]
        joined = {key: [words[key] for words in each] for key in ("item", "items")}
        return {
            "item": self.wording.joined(joined["item"], "utter_list_or"),
            "items": self.wording.joined(joined["items"], "utter_list_or"),
            "measure": self.wording.label("utter_any_measure"),
        }

    @property
    def pack(self) -> Pack:
        """The pack of the turn."""
        return self.catalog.pack

    def say(self, name: str, buttons: Sequence[Mapping[str, str]] = (), **facts: Any) -> Said:
        """The response `name` with the words for items, and `facts`."""
        return self.wording.say(name, buttons, **{**self.nouns, **facts})

    def label(self, name: str, **facts: Any) -> str:
        """The short text `name` with the words for items, and `facts`."""
        return self.wording.label(name, **{**self.nouns, **facts})

    def meaning(self, intent: str, asked: Asked | None = None) -> Scene:
        """The same scene for what the turn turned out to mean, or for the earlier message that was `asked` about."""
        turn = dataclasses.replace(self.turn, intent=intent)
        if asked is not None:
            reading = asked.reading_in(self.pack.name).confirmed()
            turn = dataclasses.replace(turn, text=asked.text, reading=reading, payload={})
        return dataclasses.replace(self, turn=turn)

    def pressing(self, payload: str) -> Scene:
        """The same scene as if the button with that payload had been pressed."""
        return dataclasses.replace(self, turn=self.turn.pressing(payload))

    def said_before(self) -> list[tuple[str, Reading]]:
        """What the person wrote in this conversation, with its readings, the latest first."""
        return [
            (event.get("text") or "", Reading.from_dict((event.get("parse_data") or {}).get("reading")))
            for event in reversed(self.events)
            if event.get("event") == "user" and not (event.get("text") or "").startswith("/")
        ]


async def open_scene(
    tracker: Tracker, responses: Mapping[str, Any], resources: Resources, pressed: str | None = None
) -> Scene:
    """The scene of the tracker's latest message, or of the button that its words chose."""
    turn = read_turn(tracker)
    turn = turn.pressing(pressed) if pressed else turn
    wording = Wording(responses, turn.language, last_variants(tracker.events))
    return await asyncio.to_thread(_read, turn, wording, resources, tracker.events)


def _read(turn: Turn, wording: Wording, resources: Resources, events: Sequence[Mapping[str, Any]]) -> Scene:
    store = resources.store
    conversation_id, user_id = _who(turn, store)
    current = store.current_pack(conversation_id)
    turn = turn.within(current)
    if turn.reading.for_whom == SELF and current:
        turn = turn.staying_in(current)
    claims = (turn.payload.get("pack"), turn.form_pack, turn.reading.pack, current)
    pack = resources.pack_name(*claims)
    version = store.current_version(conversation_id, pack) or NeedVersion(Need(pack))
    slate = store.last_slate(conversation_id, pack)
    profiles = store.profiles(user_id, pack)
    is_old = is_of_earlier_visit(version, slate, resources.clock())
    is_anew = is_old and begins_anew(turn)
    need = Need(pack, version.need.version) if is_anew else version.need
    return Scene(
        turn,
        wording,
        resources,
        resources.catalog(pack),
        need,
        conversation_id,
        user_id,
        begin=need.version + 1 if is_anew else version.begin,
        slate=slate.item_ids if slate else (),
        history=tuple(profiles.get(need.for_whom, ())),
        profiles=profiles,
        events=events,
        earlier=version if is_anew else None,
        is_picked_up=is_old and not is_anew,
        is_pack_open=len(resources.settings.packs) > 1 and pack not in claims,
    )


def _who(turn: Turn, store: Store) -> tuple[str, str]:
    """Conversation and user as the store knows them, never as a message claims; made for who came past the gateway."""
    conversation = store.conversation(turn.conversation_id)
    if conversation is None:
        user_id = store.identify(OUTSIDE, turn.conversation_id, turn.language)
        known = store.conversations_of(user_id)
        conversation = (
            store.conversation(known[0]) if known else store.open_conversation(OUTSIDE, user_id, turn.language)
        )
    if conversation is None:
        raise LookupError(f"conversation {turn.conversation_id!r}: erased while it was read")
    return conversation.conversation_id, conversation.user_id
