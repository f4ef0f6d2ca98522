"""Linked conversations: two users become one, nothing is lost, and the need goes on in both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.need import Constraint, Need
from data.store import Conversation, NeedVersion, Store

VALID = timedelta(minutes=10)


def funny(version: int, *more: str) -> Need:
    constraints = tuple(Constraint("genre", "is", value, "must") for value in ("Comedy", *more))
    return Need("movies", version, constraints=constraints)


@pytest.fixture
def chat(store: Store) -> Conversation:
    return store.open_chat("telegram", "7", "7")


@pytest.fixture
def linked(store: Store, talk: Conversation, chat: Conversation) -> None:
    store.keep_turn(talk.conversation_id, talk.user_id, NeedVersion(funny(1), message_id="m1"))
    store.save_slate(talk.conversation_id, "movies", 1, ["50", "100"])
    store.record_interaction(talk.user_id, "movies", "50", "like", None, talk.conversation_id, "m1")
    store.record_interaction(chat.user_id, "movies", "60", "seen", None, chat.conversation_id, "u1")
    store.offer_link(talk.conversation_id, "digest", VALID)
    assert store.link("digest", chat.conversation_id)


def wanted(store: Store, conversation_id: str) -> list[str]:
    need = store.current_need(conversation_id, "movies")
    assert need is not None
    return [str(constraint.value) for constraint in need.constraints]


def say(store: Store, conversation_id: str, key: str) -> None:
    """A message is taken up, which is when needs are brought up to date."""
    store.receive(conversation_id, key, {"type": "text", "text": key}, {"message": key})
    store.take(conversation_id)
    store.answer(conversation_id, key, [{"type": "text", "text": "well"}])


@pytest.mark.usefixtures("linked")
def test_the_two_users_are_one_with_the_history_of_both(store: Store, talk: Conversation, chat: Conversation) -> None:
    assert {each.item_id for each in store.interactions(talk.user_id, "movies")} == {"50", "60"}
    assert set(store.conversations_of(talk.user_id)) == {talk.conversation_id, chat.conversation_id}
    assert store.identify("telegram", "7") == talk.user_id
    assert store.user_now(chat.user_id) == talk.user_id
    assert store.everything_about(chat.user_id) == {}


@pytest.mark.usefixtures("linked")
def test_the_need_goes_on_where_the_code_was_entered(store: Store, chat: Conversation) -> None:
    assert wanted(store, chat.conversation_id) == ["Comedy"]
    assert store.shown_items(chat.conversation_id, "movies") == ["50", "100"]


@pytest.mark.usefixtures("linked")
def test_a_later_change_in_one_is_known_in_the_other_and_not_copied_back(
    store: Store, talk: Conversation, chat: Conversation
) -> None:
    store.save_need(chat.conversation_id, funny(2, "Romance"))
    say(store, talk.conversation_id, "m2")
    assert wanted(store, talk.conversation_id) == ["Comedy", "Romance"]
    count = len(store.needs(talk.conversation_id, "movies"))
    for key in ("m3", "m4"):
        say(store, chat.conversation_id, f"u{key}")
        say(store, talk.conversation_id, key)
    assert len(store.needs(talk.conversation_id, "movies")) == count


@pytest.mark.usefixtures("linked")
def test_what_was_said_before_the_link_can_be_taken_back_after_it(
    store: Store, talk: Conversation, chat: Conversation
) -> None:
    undone = NeedVersion(Need("movies", 2), 2, 0, "u2")
    store.keep_turn(chat.conversation_id, talk.user_id, undone, undone="m1")
    assert [each.item_id for each in store.interactions(talk.user_id, "movies")] == ["60"]


@pytest.mark.usefixtures("linked")
def test_a_turn_under_way_when_they_were_linked_keeps_its_like(
    store: Store, talk: Conversation, chat: Conversation
) -> None:
    store.record_interaction(chat.user_id, "movies", "70", "like")
    assert "70" in [each.item_id for each in store.interactions(talk.user_id, "movies")]


@pytest.mark.usefixtures("linked")
def test_erasing_the_person_erases_both(store: Store, talk: Conversation, chat: Conversation) -> None:
    assert store.erase(talk.user_id)
    assert store.conversation(chat.conversation_id) is None
    assert store.find_chat("telegram", "7") is None
    assert store.user_now(chat.user_id) == chat.user_id


@pytest.mark.usefixtures("linked")
def test_a_code_works_once(store: Store, talk: Conversation) -> None:
    assert not store.link("digest", store.open_conversation("web").conversation_id)


def test_a_code_that_is_too_old_replaced_or_our_own_links_nothing(store: Store, talk: Conversation) -> None:
    other = store.open_conversation("web").conversation_id
    store.offer_link(talk.conversation_id, "old", timedelta(seconds=-1))
    assert not store.link("old", other)
    store.offer_link(talk.conversation_id, "first", VALID)
    store.offer_link(talk.conversation_id, "second", VALID)
    assert not store.link("first", other)
    assert not store.link("second", talk.conversation_id)
    assert store.link("second", other)


@pytest.mark.usefixtures("linked")
def test_a_third_chat_joins_both(store: Store, talk: Conversation, chat: Conversation) -> None:
    third = store.open_chat("slack", "D1", "T1:U1")
    store.offer_link(third.conversation_id, "again", VALID)
    assert store.link("again", chat.conversation_id)
    assert set(store.linked_with(talk.conversation_id)) == {chat.conversation_id, third.conversation_id}
    assert store.user_now(talk.user_id) == store.user_now(chat.user_id) == third.user_id
    assert wanted(store, chat.conversation_id) == ["Comedy"]
