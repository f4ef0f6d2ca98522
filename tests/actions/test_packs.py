"""Two packs in one conversation: what is open is asked about, and each keeps its own need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actions.resources import Resources
from data.settings import Settings
from tests.actions.conftest import Person

PACK = """
name: cups
item:
  en: {one: cup, other: cups}
  zh: {one: 茶杯, measure: 个}
facets:
  price: {type: number, unit: euros, label: {en: price, zh: 价格}}
  glaze: {type: category, ask: {en: "Which glaze?", zh: "什么釉？"}, label: {en: glaze, zh: 釉}}
"""
ITEMS = "item_id,title,price,glaze\n1,Moon,4,blue\n2,Sun,9,red\n3,Star,19,blue\n"


@pytest.fixture
def settings(settings: Settings, home: Path, with_settings: Callable[..., Settings]) -> Settings:
    """Serves teas and cups."""
    folder = home / "packs" / "cups"
    folder.mkdir(exist_ok=True)
    (folder / "pack.yml").write_text(PACK, encoding="utf-8")
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    return with_settings(packs=("teas", "cups"), ranker_url="http://127.0.0.1:9")


def cheap(wish: Callable[..., dict[str, Any]], most: float, pack: str | None) -> dict[str, Any]:
    return {"language": "en", "pack": pack, "constraints": [wish("price", "at_most", most)]}


async def test_a_request_that_may_be_about_either_is_asked_about(person: Person) -> None:
    reply = await person.says("recommend", "recommend something")
    assert reply.utters == ["utter_which_pack"]
    assert [choice["title"] for choice in reply.choices] == ["Teas", "Cups"]


async def test_the_button_does_what_was_said_with_the_pack_it_names(
    person: Person, wish: Callable[..., dict[str, Any]]
) -> None:
    readings = {"teas": cheap(wish, 10, "teas"), "cups": cheap(wish, 5, "cups")}
    reply = await person.says("recommend", "something cheap", readings=readings)
    assert (await person.presses(reply.choice("Cups"))).items == ["1"]


async def test_words_that_name_the_pack_do_what_was_said(person: Person, wish: Callable[..., dict[str, Any]]) -> None:
    readings = {"teas": cheap(wish, 10, "teas"), "cups": cheap(wish, 5, "cups")}
    await person.says("recommend", "something cheap", readings=readings)
    assert (await person.says("recommend", "cups please", pack="cups")).items == ["1"]


async def test_the_third_open_request_is_answered_with_the_first_pack(person: Person) -> None:
    await person.says("recommend", "recommend something")
    await person.says("recommend", "anything")
    assert (await person.says("recommend", "whatever")).items == ["2", "4", "6", "1", "3"]


async def test_a_message_is_heard_as_the_pack_of_the_conversation_hears_it(
    person: Person, wish: Callable[..., dict[str, Any]]
) -> None:
    await person.says("recommend", "a cup", pack="cups")
    readings = {"cups": cheap(wish, 5, "cups")}
    assert (await person.says("refine", "cheap", readings=readings)).items == ["1"]


async def test_the_pack_shown_last_is_the_pack_of_the_conversation(
    person: Person, wish: Callable[..., dict[str, Any]], resources: Resources
) -> None:
    await person.says("recommend", "a cheap tea", **cheap(wish, 10, "teas"))
    await person.says("recommend", "a cup", pack="cups")
    assert resources.store.current_pack(person.conversation_id) == "cups"


async def test_while_it_is_open_what_the_bot_does_is_said_of_every_pack(person: Person) -> None:
    assert "teas or cups" in (await person.says("out_of_scope", "the weather")).text
