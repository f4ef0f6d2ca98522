"""A person's interactions, handoffs and feedback; showing all of it, and erasing it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.need import Need
from data.store import Conversation, Store, StoreError


def test_the_last_interaction_with_an_item_counts_in_time_order(store: Store, talk: Conversation) -> None:
    for item, kind, rating in (("1", "like", None), ("2", "rating", 4.5), ("1", "dislike", None), ("3", "seen", None)):
        store.record_interaction(talk.user_id, "movies", item, kind, rating, talk.conversation_id)
    found = [(each.item_id, each.kind, each.rating) for each in store.interactions(talk.user_id, "movies")]
    assert found == [("2", "rating", 4.5), ("1", "dislike", None), ("3", "seen", None)]


def test_interactions_are_kept_per_pack_and_user(store: Store, talk: Conversation) -> None:
    other = store.open_conversation("web")
    store.record_interaction(talk.user_id, "movies", "1", "like")
    assert store.interactions(talk.user_id, "restaurants") == []
    assert store.interactions(other.user_id, "movies") == []


@pytest.mark.parametrize(
    ("kind", "rating", "message"),
    [
        ("love", None, "no kind 'love'; there are like, dislike, seen, rating"),
        ("rating", None, "kind 'rating' with the rating None"),
        ("like", 3.0, "kind 'like' with the rating 3.0"),
        ("rating", float("nan"), "kind 'rating' with the rating nan"),
    ],
)
def test_an_interaction_that_makes_no_sense_is_refused(
    store: Store, talk: Conversation, kind: str, rating: float | None, message: str
) -> None:
    with pytest.raises(StoreError, match=message):
        store.record_interaction(talk.user_id, "movies", "1", kind, rating)


def test_an_interaction_of_nobody_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="user 'nobody': no such user"):
        store.record_interaction("nobody", "movies", "1", "like")


def test_foreign_keys_are_enforced(store: Store, talk: Conversation) -> None:
    with pytest.raises(StoreError, match="(?i)foreign key constraint"):
        store.record_interaction(talk.user_id, "movies", "1", "like", conversation_id="nowhere")


def test_a_withdrawn_interaction_does_not_count_any_more(store: Store, talk: Conversation) -> None:
    store.record_interaction(talk.user_id, "movies", "1", "like")
    assert store.withdraw_interactions(talk.user_id, "movies", "1") == 1
    assert store.interactions(talk.user_id, "movies") == []
    store.record_interaction(talk.user_id, "movies", "1", "seen")
    assert [each.kind for each in store.interactions(talk.user_id, "movies")] == ["seen"]


def test_asking_for_a_human_makes_the_conversation_wait(store: Store, talk: Conversation) -> None:
    first = store.request_handoff(talk.conversation_id, "asked", {"need": "a comedy"})
    assert store.request_handoff(talk.conversation_id, "asked", {"need": "a drama"}) == first
    found = store.conversation(talk.conversation_id)
    assert found is not None and found.owner == "waiting"
    (handoff,) = store.everything_about(talk.user_id)["conversations"][0]["handoffs"]
    assert (handoff["packet"], handoff["state"]) == ({"need": "a drama"}, "open")


def test_asking_for_a_human_does_not_take_the_conversation_from_one(store: Store, talk: Conversation) -> None:
    store.set_owner(talk.conversation_id, "bot", "human")
    store.request_handoff(talk.conversation_id, "asked", {})
    found = store.conversation(talk.conversation_id)
    assert found is not None and found.owner == "human"


def test_everything_about_a_person_is_json_and_holds_every_kind_of_row(store: Store, talk: Conversation) -> None:
    _live(store, talk)
    known = json.loads(json.dumps(store.everything_about(talk.user_id)))
    (conversation,) = known["conversations"]
    assert known["user"]["user_id"] == talk.user_id
    assert [each["item_id"] for each in known["interactions"]] == ["1"]
    assert [message["text"] for message in conversation["messages"]] == ["a secret wish"]
    assert conversation["needs"][0]["content"]["text"] == "a secret wish"
    for part in ("slates", "handoffs", "feedback", "deliveries"):
        assert len(conversation[part]) == 1, part


def test_erasing_a_person_leaves_nothing_in_the_tables_or_the_files(
    store: Store, talk: Conversation, tmp_path: Path
) -> None:
    other = store.open_conversation("web")
    _live(store, talk)
    assert store.erase(talk.user_id) is True
    assert store.everything_about(talk.user_id) == {}
    assert store.conversation(talk.conversation_id) is None
    assert store.unanswered() == []
    assert store.conversation(other.conversation_id) == other
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"a secret wish" not in left and talk.user_id.encode() not in left


def test_erasing_nobody_says_so(store: Store) -> None:
    assert store.erase("nobody") is False


def _live(store: Store, talk: Conversation) -> None:
    """Leaves a row in every table."""
    store.receive(talk.conversation_id, "k", {"type": "text", "text": "a secret wish"}, {"message": "a secret wish"})
    store.save_need(talk.conversation_id, Need("movies", 1, "a secret wish"))
    store.save_slate(talk.conversation_id, "movies", 1, ["1", "2"])
    store.record_interaction(talk.user_id, "movies", "1", "like", None, talk.conversation_id)
    store.request_handoff(talk.conversation_id, "asked", {"transcript": "a secret wish"})
    store.record_feedback(talk.conversation_id, "praise", "a secret wish")
