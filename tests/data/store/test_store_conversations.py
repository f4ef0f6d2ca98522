"""Conversations: opening, owners, identities."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from data.store import Conversation, Store, StoreError


def test_a_new_conversation_belongs_to_a_new_user_and_to_the_bot(store: Store) -> None:
    conversation = store.open_conversation("web", locale="zh")
    assert (conversation.owner, conversation.channel, conversation.locale) == ("bot", "web", "zh")
    assert store.conversation(conversation.conversation_id) == conversation


def test_a_user_may_have_several_conversations(store: Store, talk: Conversation) -> None:
    second = store.open_conversation("web", talk.user_id)
    assert second.user_id == talk.user_id
    assert set(store.conversations_of(talk.user_id)) == {talk.conversation_id, second.conversation_id}


def test_a_conversation_that_is_not_there_is_none(store: Store) -> None:
    assert store.conversation("nobody") is None


def test_a_conversation_of_an_unknown_user_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="user 'nobody': no such user"):
        store.open_conversation("web", "nobody")


def test_the_owner_changes_only_from_the_expected_one(store: Store, talk: Conversation) -> None:
    assert store.set_owner(talk.conversation_id, "bot", "waiting") is True
    assert store.set_owner(talk.conversation_id, "bot", "human") is False
    found = store.conversation(talk.conversation_id)
    assert found is not None and found.owner == "waiting"


def test_of_many_who_take_a_conversation_at_once_one_gets_it(store: Store, talk: Conversation) -> None:
    store.set_owner(talk.conversation_id, "bot", "waiting")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: store.set_owner(talk.conversation_id, "waiting", "human"), range(40)))
    assert taken.count(True) == 1


def test_an_unknown_owner_is_refused_with_what_exists(store: Store, talk: Conversation) -> None:
    with pytest.raises(StoreError, match="no owner 'robot'; there are bot, waiting, human"):
        store.set_owner(talk.conversation_id, "bot", "robot")


def test_a_channel_name_for_a_person_always_means_the_same_user(store: Store) -> None:
    first = store.identify("slack", "U123")
    assert store.identify("slack", "U123") == first
    assert store.identify("telegram", "U123") != first


def test_a_person_who_comes_many_times_at_once_is_one_user(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        users = set(pool.map(lambda _: store.identify("slack", "U1"), range(24)))
    assert len(users) == 1
