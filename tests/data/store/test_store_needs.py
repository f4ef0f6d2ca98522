"""Needs and slates: every version is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from data.need import Constraint, Need
from data.store import Conversation, Feedback, NeedVersion, Store, StoreError
from data.store.database import MIGRATIONS

COMEDY = Constraint("genre", "is", "Comedy", "prefer", group="g")
FUNNY = Need("movies", 1, "something funny", (COMEDY,), ("50",), ("7",), "my son")


def test_a_need_is_read_as_it_was_saved(store: Store, talk: Conversation) -> None:
    store.save_need(talk.conversation_id, FUNNY)
    assert store.current_need(talk.conversation_id, "movies") == FUNNY


def test_every_version_is_kept_and_the_newest_is_current(store: Store, talk: Conversation) -> None:
    versions = [Need("movies", number, f"text {number}") for number in (1, 2, 10)]
    for need in versions:
        store.save_need(talk.conversation_id, need)
    assert store.needs(talk.conversation_id, "movies") == versions
    assert store.current_need(talk.conversation_id, "movies") == versions[2]


def test_a_version_is_never_overwritten(store: Store, talk: Conversation) -> None:
    store.save_need(talk.conversation_id, FUNNY)
    with pytest.raises(StoreError, match="need for pack 'movies': version 1 is stored already"):
        store.save_need(talk.conversation_id, Need("movies", 1, "something else"))
    assert store.needs(talk.conversation_id, "movies") == [FUNNY]


def test_each_pack_and_each_conversation_has_its_own_need(store: Store, talk: Conversation) -> None:
    other = store.open_conversation("web", talk.user_id)
    store.save_need(talk.conversation_id, FUNNY)
    store.save_need(talk.conversation_id, Need("restaurants", 1))
    assert store.current_need(talk.conversation_id, "restaurants") == Need("restaurants", 1)
    assert store.current_pack(talk.conversation_id) == "restaurants"
    assert store.current_need(other.conversation_id, "movies") is None
    assert store.current_pack(other.conversation_id) is None


def test_the_need_that_a_message_led_to_is_found_again(store: Store, talk: Conversation) -> None:
    store.save_need(talk.conversation_id, FUNNY, message_id="m1")
    assert store.version_of_message(talk.conversation_id, "m1") == NeedVersion(FUNNY, message_id="m1")
    assert store.version_of_message(talk.conversation_id, "m2") is None


def test_what_was_shown_is_known_in_order_and_since_a_version(store: Store, talk: Conversation) -> None:
    for version, items in ((1, ["a", "b"]), (2, ["b", "c"]), (3, ["d"])):
        store.save_slate(talk.conversation_id, "movies", version, items)
    store.save_slate(talk.conversation_id, "restaurants", 1, ["r"])
    assert store.shown_items(talk.conversation_id, "movies") == ["a", "b", "c", "d"]
    assert store.shown_items(talk.conversation_id, "movies", since_need_version=2) == ["b", "c", "d"]


def test_the_last_slate_is_of_any_pack_or_of_one(store: Store, talk: Conversation) -> None:
    assert store.last_slate(talk.conversation_id) is None
    store.save_slate(talk.conversation_id, "movies", 4, ["a"])
    store.save_slate(talk.conversation_id, "restaurants", 1, ["r"])
    last, film = store.last_slate(talk.conversation_id), store.last_slate(talk.conversation_id, "movies")
    assert last is not None and (last.pack, last.item_ids) == ("restaurants", ("r",))
    assert film is not None and (film.need_version, film.item_ids) == (4, ("a",))


def test_a_turn_is_kept_whole_or_not_at_all(store: Store, talk: Conversation) -> None:
    with pytest.raises(StoreError, match="no kind 'adored'"):
        store.keep_turn(talk.conversation_id, talk.user_id, NeedVersion(FUNNY), [Feedback("adored", "50")])
    assert store.versions(talk.conversation_id, "movies") == []


def test_feedback_of_a_message_that_is_undone_no_longer_counts(store: Store, talk: Conversation) -> None:
    liked = NeedVersion(FUNNY, message_id="m1")
    store.keep_turn(talk.conversation_id, talk.user_id, liked, [Feedback("like", "50")])
    back = NeedVersion(Need("movies", 2), restores=0, message_id="m2")
    store.keep_turn(talk.conversation_id, talk.user_id, back, undone="m1")
    assert store.interactions(talk.user_id, "movies") == []
    assert store.versions(talk.conversation_id, "movies") == [liked, back]


def test_needs_of_before_know_where_they_began(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    _make_old(url)
    store = Store(url)
    store.migrate()
    assert [version.begin for version in store.versions("c", "movies")] == [0, 2, 2]


def _make_old(url: str) -> None:
    """A database of the first tables with three versions, the second of which holds no wish."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with create_engine(url).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO users VALUES ('u', 'en', '2026-01-01')"))
        talk = "INSERT INTO conversations VALUES ('c', 'u', 'web', 'bot', 'en', 'en', 0, '2026-01-01')"
        connection.execute(text(talk))
        for version, words in ((1, "funny"), (2, ""), (3, "sad")):
            content = json.dumps(Need("movies", version, words).as_dict())
            row = text("INSERT INTO needs VALUES ('c', 'movies', :version, :content, NULL, '2026-01-01')")
            connection.execute(row, {"version": version, "content": content})
