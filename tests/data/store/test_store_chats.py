"""Chats and the outbox: one conversation a chat, and every message sent in order, part by part, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from data.store import Store


def say(store: Store, conversation_id: str, text: str, sender: str = "bot") -> None:
    store.add_message(conversation_id, sender, {"type": "text", "text": text})


def test_a_chat_is_one_conversation_also_when_opened_ten_times_at_once(store: Store) -> None:
    with ThreadPoolExecutor(10) as pool:
        opened = list(pool.map(lambda _: store.open_chat("telegram", "7", "7"), range(10)))
    assert len({conversation.conversation_id for conversation in opened}) == 1
    assert store.conversations_of(opened[0].user_id) == [opened[0].conversation_id]


def test_two_chats_of_one_person_are_two_conversations(store: Store) -> None:
    first, second = (store.open_chat("slack", address, "T1:U1") for address in ("a", "b"))
    assert first.user_id == second.user_id and first.conversation_id != second.conversation_id


def test_what_is_said_to_a_person_is_due_and_what_they_say_is_not(store: Store) -> None:
    conversation_id = store.open_chat("telegram", "7", "7").conversation_id
    for sender in ("user", "bot", "agent", "system"):
        say(store, conversation_id, sender, sender)
    found = []
    while due := store.due(conversation_id):
        found.append((due.address, due.message.content["text"]))
        store.record_sent(due.delivery_id, "1", is_last=True)
    assert found == [("7", "bot"), ("7", "agent"), ("7", "system")]
    assert store.unsent("telegram") == []


def test_what_was_sent_of_a_message_is_kept(store: Store) -> None:
    conversation_id = store.open_chat("telegram", "7", "7").conversation_id
    say(store, conversation_id, "long")
    due = store.due(conversation_id)
    assert due and due.sent == ()
    store.record_sent(due.delivery_id, "11", is_last=False)
    again = store.due(conversation_id)
    assert again and again.sent == ("11",)


def test_a_message_that_was_given_up_is_no_longer_due(store: Store) -> None:
    opened = store.open_chat("telegram", "7", "7")
    say(store, opened.conversation_id, "refused")
    due = store.due(opened.conversation_id)
    assert due
    store.give_up(due.delivery_id, "blocked")
    assert store.due(opened.conversation_id) is None
    (conversation,) = store.everything_about(opened.user_id)["conversations"]
    assert [delivery["work"] for delivery in conversation["deliveries"]] == [{"gave_up": "blocked"}]


def test_what_was_sent_to_a_person_who_was_erased_meanwhile_is_no_fault(store: Store) -> None:
    opened = store.open_chat("telegram", "7", "7")
    say(store, opened.conversation_id, "hello")
    due = store.due(opened.conversation_id)
    assert due and store.erase(opened.user_id)
    store.record_sent(due.delivery_id, "1", is_last=True)
    assert store.due(opened.conversation_id) is None


def test_the_web_page_reads_its_messages_and_has_no_outbox(store: Store) -> None:
    conversation_id = store.open_conversation("web").conversation_id
    say(store, conversation_id, "hello")
    assert store.due(conversation_id) is None and store.chat(conversation_id) is None


def test_a_chat_is_among_what_is_known_and_erased_with_its_person(store: Store) -> None:
    opened = store.open_chat("telegram", "7", "7")
    say(store, opened.conversation_id, "hello")
    (conversation,) = store.everything_about(opened.user_id)["conversations"]
    assert [chat["address"] for chat in conversation["chats"]] == ["7"]
    store.erase(opened.user_id)
    assert store.find_chat("telegram", "7") is None
    assert store.unsent("telegram") == []
    assert store.open_chat("telegram", "7", "7").user_id != opened.user_id
