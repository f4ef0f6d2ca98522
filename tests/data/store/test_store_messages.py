"""Messages and the inbox: stored once, numbered without gaps, answered once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.store import Conversation, Store, StoreError

HELLO = {"type": "text", "text": "hello"}
HI = {"type": "text", "text": "hi"}


def test_messages_are_numbered_from_one_and_read_in_order(store: Store, talk: Conversation) -> None:
    for text in "abc":
        store.add_message(talk.conversation_id, "user", {"type": "text", "text": text})
    stored = store.messages(talk.conversation_id)
    assert [(message.seq, message.content["text"]) for message in stored] == [(1, "a"), (2, "b"), (3, "c")]
    assert [message.seq for message in store.messages(talk.conversation_id, after=2)] == [3]


def test_a_message_reads_as_the_contract_says(store: Store, talk: Conversation) -> None:
    message = store.add_message(talk.conversation_id, "bot", HELLO).as_dict()
    assert message.pop("at").endswith("Z")
    assert message == {"seq": 1, "from": "bot", "type": "text", "text": "hello"}


def test_the_same_key_is_one_message(store: Store, talk: Conversation) -> None:
    first = store.add_message(talk.conversation_id, "user", HELLO, "k")
    assert store.add_message(talk.conversation_id, "user", HI, "k") == first
    assert len(store.messages(talk.conversation_id)) == 1


def test_the_same_key_in_two_conversations_is_two_messages(store: Store, talk: Conversation) -> None:
    other = store.open_conversation("web")
    store.receive(talk.conversation_id, "k", HELLO, {})
    assert store.receive(other.conversation_id, "k", HELLO, {}).is_new is True


def test_an_unknown_sender_is_refused(store: Store, talk: Conversation) -> None:
    with pytest.raises(StoreError, match="no sender 'root'; there are user, bot, agent, system"):
        store.add_message(talk.conversation_id, "root", HELLO)


def test_a_message_for_no_conversation_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="conversation 'nobody': no such conversation"):
        store.receive("nobody", "k", HELLO, {})


def test_text_is_kept_as_it_is(store: Store, talk: Conversation) -> None:
    text = "'; DROP TABLE users; -- <script>\u200b 推荐 \x00 \U0001f3ac"
    store.add_message(talk.conversation_id, "user", {"type": "text", "text": text})
    assert store.messages(talk.conversation_id)[0].content["text"] == text


def test_a_received_message_waits_until_it_is_answered(store: Store, talk: Conversation) -> None:
    received = store.receive(talk.conversation_id, "k", HELLO, {"message": "hello"})
    assert [(waiting.key, waiting.seq, waiting.work) for waiting in store.unanswered("web")] == [
        ("k", 1, {"message": "hello"})
    ]
    assert store.unanswered("slack") == []
    (reply,) = store.answer(talk.conversation_id, "k", [HI])
    assert (reply.seq, reply.reply_to, reply.sender) == (2, received.seq, "bot")
    assert store.unanswered() == [] and store.take(talk.conversation_id) is None


def test_a_message_is_answered_once_and_keeps_its_first_answer(store: Store, talk: Conversation) -> None:
    received = store.receive(talk.conversation_id, "k", HELLO, {})
    first = store.answer(talk.conversation_id, "k", [HI])
    assert store.answer(talk.conversation_id, "k", [HELLO, HELLO]) == first
    assert store.replies(talk.conversation_id, received.seq) == first
    assert len(store.messages(talk.conversation_id)) == 2


def test_many_answers_at_once_become_one(store: Store, talk: Conversation) -> None:
    store.receive(talk.conversation_id, "k", HELLO, {})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: store.answer(talk.conversation_id, "k", [{"n": n}]), range(24)))
    assert len({answer[0].content["n"] for answer in answers}) == 1
    assert len(store.messages(talk.conversation_id)) == 2


def test_an_answer_to_nothing_is_refused(store: Store, talk: Conversation) -> None:
    with pytest.raises(StoreError, match="no message 'k' was received"):
        store.answer(talk.conversation_id, "k", [HI])


def test_the_bot_is_silent_while_a_human_owns_the_conversation(store: Store, talk: Conversation) -> None:
    store.receive(talk.conversation_id, "k", HELLO, {})
    store.set_owner(talk.conversation_id, "bot", "human")
    assert store.answer(talk.conversation_id, "k", [HI]) == []
    assert [message.sender for message in store.messages(talk.conversation_id)] == ["user"]
    assert store.unanswered() == []


def test_the_human_may_answer_while_owning_the_conversation(store: Store, talk: Conversation) -> None:
    store.receive(talk.conversation_id, "k", HELLO, {})
    store.set_owner(talk.conversation_id, "bot", "human")
    assert [message.sender for message in store.answer(talk.conversation_id, "k", [HI], "agent")] == ["agent"]


def test_the_oldest_message_is_taken_and_each_try_counted_until_it_is_answered(
    store: Store, talk: Conversation
) -> None:
    store.receive(talk.conversation_id, "first", HELLO, {})
    store.receive(talk.conversation_id, "second", HELLO, {})
    assert _taken(store, talk) == ("first", 1)
    assert _taken(store, talk) == ("first", 2)
    store.answer(talk.conversation_id, "first", [HI])
    assert _taken(store, talk) == ("second", 1)
    store.answer(talk.conversation_id, "second", [HI])
    assert _taken(store, talk) is None


def test_the_language_of_the_last_message_is_remembered(store: Store, talk: Conversation) -> None:
    store.receive(talk.conversation_id, "a", HELLO, {}, "zh")
    store.receive(talk.conversation_id, "b", {"type": "text", "text": "5"}, {}, None)
    found = store.conversation(talk.conversation_id)
    assert found is not None and found.language == "zh"


@settings(max_examples=25, deadline=None)
@given(actions=st.lists(st.tuples(st.sampled_from(["receive", "answer"]), st.integers(0, 4)), max_size=25))
def test_whatever_comes_in_whatever_order_numbers_have_no_gap_and_nothing_is_answered_twice(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int]]
) -> None:
    store = _shared_store(tmp_path_factory.getbasetemp())
    talk = store.open_conversation("web").conversation_id
    received: set[str] = set()
    for action, number in actions:
        key = f"k{number}"
        if action == "receive":
            assert store.receive(talk, key, HELLO, {}).is_new == (key not in received)
            received.add(key)
        elif key in received:
            store.answer(talk, key, [HI, HI])
    stored = store.messages(talk)
    assert [message.seq for message in stored] == list(range(1, len(stored) + 1))
    assert len([message for message in stored if message.sender == "user"]) == len(received)
    for message in stored:
        assert len(store.replies(talk, message.seq)) in (0, 2)


def _taken(store: Store, talk: Conversation) -> tuple[str, int] | None:
    taken = store.take(talk.conversation_id)
    return None if taken is None else (taken.received.key, taken.tries)


STORES: dict[Path, Store] = {}


def _shared_store(folder: Path) -> Store:
    """One store for all examples: migrating anew for each would take most of the time."""
    if folder not in STORES:
        STORES[folder] = Store(f"sqlite:///{folder / 'property.db'}")
        STORES[folder].migrate()
    return STORES[folder]
