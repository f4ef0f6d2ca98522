"""The tracker store: recent conversations, recent turns."""

from __future__ import annotations

import time

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.trackers import RecentTrackerStore

DOMAIN = Domain.from_dict(
    {
        "intents": ["more"], "entities": ["language"], "actions": ["action_more"],
        "slots": {
            "language": {
                "type": "text", "influence_conversation": False,
                "mappings": [{"type": "from_entity", "entity": "language"}],
            }
        },
    }
)  # fmt: skip


def store(conversations: int = 10, turns: int = 3) -> RecentTrackerStore:
    return RecentTrackerStore(DOMAIN, conversations=conversations, turns=turns)


async def talk(store: RecentTrackerStore, sender: str, turns: int, language: str | None = None) -> None:
    """`turns` messages, the tracker saved after each as Rasa does."""
    for number in range(turns):
        tracker = await store.get_or_create_tracker(sender)
        tracker.update(UserUttered(f"message {number}", {"name": "more"}), DOMAIN)
        if language:
            tracker.update(SlotSet("language", language), DOMAIN)
        tracker.update(ActionExecuted("action_more"), DOMAIN)
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
        await store.save(tracker)


async def kept(store: RecentTrackerStore, sender: str) -> DialogueStateTracker:
    tracker = await store.retrieve(sender)
    assert tracker is not None
    return tracker


def words(tracker: DialogueStateTracker) -> list[str]:
    return [str(event.text) for event in tracker.events if isinstance(event, UserUttered)]


async def test_only_the_last_turns_are_kept() -> None:
    recent = store(turns=3)
    await talk(recent, "a", 8)
    assert words(await kept(recent, "a")) == ["message 5", "message 6", "message 7"]


async def test_a_conversation_does_not_grow() -> None:
    recent = store()
    await talk(recent, "a", 10)
    after_ten = len((await kept(recent, "a")).events)
    await talk(recent, "a", 90)
    assert len((await kept(recent, "a")).events) == after_ten


async def test_a_short_conversation_is_kept_whole() -> None:
    recent = store()
    await talk(recent, "a", 2)
    assert words(await kept(recent, "a")) == ["message 0", "message 1"]


async def test_slots_that_were_set_long_ago_still_stand() -> None:
    recent = store()
    await talk(recent, "a", 1, language="zh")
    await talk(recent, "a", 9)
    assert (await kept(recent, "a")).get_slot("language") == "zh"


async def test_the_cut_tracker_listens_and_belongs_to_one_session() -> None:
    recent = store()
    await talk(recent, "a", 9)
    tracker = await kept(recent, "a")
    assert tracker.latest_action_name == "action_listen"
    assert tracker.latest_message is not None and tracker.latest_message.text == "message 8"
    assert time.time() - tracker.latest_message.timestamp < 3600  # what Rasa's end of a session goes by


async def test_after_a_restart_nothing_from_before_is_kept() -> None:
    recent = store()
    await talk(recent, "a", 2)
    tracker = await kept(recent, "a")
    tracker.update(Restarted(), DOMAIN)
    await recent.save(tracker)
    assert words(await kept(recent, "a")) == []


async def test_the_conversation_used_longest_ago_makes_room() -> None:
    recent = store(conversations=2)
    for sender in ("a", "b"):
        await talk(recent, sender, 1)
    await recent.retrieve("a")
    await talk(recent, "c", 1)
    assert sorted(await recent.keys()) == ["a", "c"]
    assert await recent.retrieve("b") is None


async def test_an_unsaved_turn_changes_nothing() -> None:
    recent = store()
    await talk(recent, "a", 1)
    (await kept(recent, "a")).update(UserUttered("lost", {"name": "more"}), DOMAIN)
    assert words(await kept(recent, "a")) == ["message 0"]


@pytest.mark.parametrize("sender", ["nobody", ""])
async def test_an_unknown_conversation_is_none(sender: str) -> None:
    assert await store().retrieve(sender) is None
