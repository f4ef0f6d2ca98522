"""Handoffs in the store: compare-and-set, withdrawn messages, what is the bot's to answer again, colleagues."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from data.store import Conversation, Store

HELLO, HI = {"type": "text", "text": "hello"}, {"type": "text", "text": "hi"}
NOTICE = {"type": "notice", "text": "…"}


def requested(store: Store, talk: Conversation) -> str:
    return store.request_handoff(talk.conversation_id, "asked", {})


def test_of_many_who_take_it_one_gets_it(store: Store, talk: Conversation) -> None:
    handoff_id = requested(store, talk)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: store.handoffs.take(handoff_id, f"agent {n}", NOTICE), range(40)))
    assert taken.count(True) == 1
    assert len(store.messages(talk.conversation_id)) == 1


def test_what_the_bot_said_but_was_not_sent_is_withdrawn(store: Store) -> None:
    talk = store.open_chat("telegram", "7", "7")
    store.receive(talk.conversation_id, "k", HELLO, {"message": "hello"})
    store.answer(talk.conversation_id, "k", [HI])
    store.handoffs.take(requested(store, talk), "Ann", NOTICE)
    assert [message.sender for message in store.messages(talk.conversation_id)] == ["user", "system"]
    due = store.due(talk.conversation_id)
    assert due and due.message.sender == "system"


def test_what_is_being_sent_in_that_moment_was_said_before(store: Store) -> None:
    talk = store.open_chat("telegram", "7", "7")
    store.receive(talk.conversation_id, "k", HELLO, {"message": "hello"})
    store.answer(talk.conversation_id, "k", [HI])
    due = store.due(talk.conversation_id)
    assert due and store.claim(due.delivery_id)
    store.handoffs.take(requested(store, talk), "Ann", NOTICE)
    store.record_sent(due.delivery_id, "x", is_last=True)
    assert [message.sender for message in store.messages(talk.conversation_id)] == ["user", "bot", "system"]


def test_what_failed_to_be_sent_is_not_sent_again_after_a_human_took_over(store: Store) -> None:
    talk = store.open_chat("telegram", "7", "7")
    store.receive(talk.conversation_id, "k", HELLO, {"message": "hello"})
    store.answer(talk.conversation_id, "k", [HI])
    due = store.due(talk.conversation_id)
    assert due and store.claim(due.delivery_id)
    store.handoffs.take(requested(store, talk), "Ann", NOTICE)
    assert store.claim(due.delivery_id) is False
    assert [message.sender for message in store.messages(talk.conversation_id)] == ["user", "system"]


def test_a_message_whose_answer_came_too_late_is_the_bots_again_after_the_human(
    store: Store, talk: Conversation
) -> None:
    store.receive(talk.conversation_id, "k", HELLO, {"message": "hello"})
    handoff_id = requested(store, talk)
    store.handoffs.take(handoff_id, "Ann", NOTICE)
    assert store.answer(talk.conversation_id, "k", [HI]) == []
    store.handoffs.give_back(handoff_id, "Ann", "resolved", NOTICE, {"message": "/returned"})
    assert [received.key for received in store.unanswered()] == ["return:3", "k"]


def test_a_message_that_the_human_answered_is_not(store: Store, talk: Conversation) -> None:
    handoff_id = requested(store, talk)
    store.handoffs.take(handoff_id, "Ann", NOTICE)
    store.receive(talk.conversation_id, "k", HELLO, {"message": "hello"})
    store.leave_to_human(talk.conversation_id, "k")
    store.handoffs.say(handoff_id, "Ann", HI, "a")
    store.handoffs.give_back(handoff_id, "Ann", "resolved", NOTICE, {"message": "/returned"})
    assert [received.key for received in store.unanswered()] == ["return:4"]


def test_an_answer_of_the_bot_after_one_of_the_human_is_dropped(store: Store, talk: Conversation) -> None:
    store.receive(talk.conversation_id, "k", HELLO, {"message": "hello"})
    handoff_id = requested(store, talk)
    store.handoffs.take(handoff_id, "Ann", NOTICE)
    store.handoffs.say(handoff_id, "Ann", HI, "a")
    store.handoffs.give_back(handoff_id, "Ann", "resolved", NOTICE, {"message": "/returned"})
    assert store.answer(talk.conversation_id, "k", [HI]) == []


def test_a_message_is_left_to_a_human_only_while_there_is_one(store: Store, talk: Conversation) -> None:
    store.receive(talk.conversation_id, "k", HELLO, {"message": "hello"})
    assert store.leave_to_human(talk.conversation_id, "k") is False
    assert [received.key for received in store.unanswered()] == ["k"]


def test_nobody_but_who_has_it_gives_it_back(store: Store, talk: Conversation) -> None:
    handoff_id = requested(store, talk)
    store.handoffs.take(handoff_id, "Ann", NOTICE)
    assert store.handoffs.give_back(handoff_id, "Bob", "resolved", NOTICE, {}) is False
    assert store.handoffs.say(handoff_id, "Bob", HI, "b") is None


def test_notes_are_shown_to_the_person_who_asks_for_all_and_erased_with_them(store: Store, talk: Conversation) -> None:
    handoff_id = requested(store, talk)
    store.handoffs.add_note(handoff_id, "Ann", "a regular")
    (conversation,) = store.everything_about(talk.user_id)["conversations"]
    assert [note["text"] for note in conversation["handoff_notes"]] == ["a regular"]
    store.erase(talk.user_id)
    assert store.handoffs.notes(handoff_id) == []


def test_another_password_begins_another_epoch(store: Store) -> None:
    for word in ("one", "two"):
        store.handoffs.set_agent("Ann", word)
    ann = store.handoffs.agent("Ann")
    assert ann and (ann.password_hash, ann.epoch) == ("two", 1)
    assert (store.handoffs.remove_agent("Ann"), store.handoffs.agents()) == (True, [])
