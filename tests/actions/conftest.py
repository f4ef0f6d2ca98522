"""A small tea shop as pack, a ranker that can fail, and a person who talks to the actions through Rasa's tracker."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import respond
from actions.registry import ACTIONS
from actions.resources import Resources
from actions.wording import Wording
from data.catalog import Catalog, load_catalog
from data.pack import load_pack
from data.settings import PROJECT, Settings

PACK = """
name: teas
item:
  en: {one: tea, other: teas}
  zh: {one: 茶, measure: 款}
subtitle: [harvest, kind]
facets:
  kind:
    type: category
    multi: true
    label: {en: kind, zh: 种类}
    ask: {en: "Which kind of tea?", zh: 想喝哪种茶？}
    values:
      Green: {en: green, zh: 绿茶}
      Black: {en: black, zh: 红茶}
      Smoky: {en: smoky, zh: 烟熏}
  origin: {type: category, label: {en: origin, zh: 产地}}
  harvest: {type: year, label: {en: harvest, zh: 采摘年份}}
  price: {type: number, unit: euros, label: {en: price, zh: 价格}}
  organic: {type: flag, label: {en: organic, zh: 有机}}
"""
ITEMS = """item_id,title,kind,origin,harvest,price,organic
1,Lapsang,Black|Smoky,China,2019,12.5,no
2,Assam,Black,India,2021,6,no
3,Darjeeling,Black,India,2023,14,yes
4,Sencha,Green,Japan,2022,9,yes
5,Gyokuro,Green,Japan,2024,30,yes
6,Longjing,Green,China,2023,22,no
7,Keemun,Black,China,2018,11,no
8,Genmaicha,Green,Japan,2020,7.5,no
9,{item} <b>Blend</b>,Black,India,2017,5,no
10,Hojicha,Green|Smoky,Japan,2021,8,yes
"""
INTERACTIONS = "user_id,item_id,rating,timestamp\n" + "".join(
    f"u{user},{item},4,1\n"
    for item, people in ((2, 30), (4, 25), (6, 20), (1, 15), (3, 12), (7, 3))
    for user in range(people)
)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder that holds the pack `teas`."""
    home = tmp_path_factory.mktemp("home")
    folder = home / "packs" / "teas"
    folder.mkdir(parents=True)
    (folder / "pack.yml").write_text(PACK, encoding="utf-8")
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    (folder / "interactions.csv").write_text(INTERACTIONS, encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def catalog(home: Path) -> Catalog:
    return load_catalog(load_pack("teas", home), home)


@functools.cache
def all_responses() -> dict[str, Any]:
    """The responses of every skill, as Rasa merges them."""
    merged: dict[str, Any] = {}
    for path in sorted((PROJECT / "bot/assistant/skills").glob("*/responses.yml")):
        merged.update(yaml.safe_load(path.read_text(encoding="utf-8"))["responses"])
    return merged


@pytest.fixture
def responses() -> dict[str, Any]:
    return all_responses()


@pytest.fixture
def english() -> Wording:
    return Wording(all_responses(), "en")


@pytest.fixture
def chinese() -> Wording:
    return Wording(all_responses(), "zh")


@dataclass
class FakeRanker:
    """Answers as DESIGN.md 5.4 says, in catalog order, with a reason for each item; can fail in several ways."""

    catalog: Catalog
    trouble: str = ""
    """down (500), once (500 for the next request only), slow, nonsense, refuses (400), rogue (ignores the request)."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    contributions: dict[str, dict[str, float]] = field(default_factory=dict)
    """For each item_id what /v1/explain says that its score is made of."""
    best_split: dict[str, Any] | None = None
    """What /v1/split answers."""

    async def rank(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        trouble, self.trouble = self.trouble, "" if self.trouble == "once" else self.trouble
        if trouble in ("down", "once"):
            return web.json_response({"title": "broken"}, status=500)
        if trouble == "refuses":
            return web.json_response({"title": "bad request"}, status=400)
        if trouble == "slow":
            await asyncio.sleep(5)
        if trouble == "nonsense":
            return web.json_response({"items": "many"})
        return web.json_response(self.answer(body, is_rogue=trouble == "rogue"))

    def answer(self, body: dict[str, Any], is_rogue: bool) -> dict[str, Any]:
        from data.need import Need

        need = Need.from_dict(body["need"])
        eligible = self.catalog.eligible(() if is_rogue else need.constraints)
        new = [item for item in eligible if is_rogue or item.item_id not in body["exclude"]]
        reasons = [{"kind": "text"}] + [{"kind": "similar", "item_id": liked} for liked in need.like]
        items = [{"item_id": i.item_id, "title": i.title, "score": 1.0, "reasons": reasons} for i in new[: body["k"]]]
        return {"items": items, "eligible": len(eligible), "relaxations": [], "model": {}, "timing_ms": {}}

    async def split(self, request: web.Request) -> web.StreamResponse:
        if self.best_split is None:
            return web.json_response({"title": "no such path"}, status=404)
        return web.json_response(self.best_split)

    async def explain(self, request: web.Request) -> web.StreamResponse:
        reasons = [{"kind": "text", "facet": "kind", "value": "Smoky"}]
        item_id = (await request.json())["item_id"]
        contributions = self.contributions.get(item_id, {})
        answer = {"item_id": item_id, "reasons": reasons, "rank": 7, "of": 9, "contributions": contributions}
        return web.json_response(answer)


@pytest.fixture
async def ranker(catalog: Catalog) -> AsyncIterator[FakeRanker]:
    """A ranker on a real socket."""
    fake = FakeRanker(catalog)
    app = web.Application()
    app.router.add_post("/v1/rank", fake.rank)
    app.router.add_post("/v1/explain", fake.explain)
    app.router.add_post("/v1/split", fake.split)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield fake
    await runner.cleanup()


@pytest.fixture
def settings(home: Path, tmp_path: Path, ranker: FakeRanker) -> Settings:
    return Settings(
        home=home,
        packs=("teas",),
        database_url=f"sqlite:///{tmp_path / 'store.db'}",
        ranker_url=ranker.url,
        ranker_timeout_s=0.3,
    )


@pytest.fixture
async def resources(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Resources]:
    """The resources that the actions of this test use."""
    opened = Resources(settings)
    monkeypatch.setattr(respond, "resources", lambda: opened)
    yield opened
    await opened.ranker.close()
    opened.store.close()


@dataclass(frozen=True)
class Reply:
    """What came back for one message."""

    messages: tuple[dict[str, Any], ...]

    @property
    def text(self) -> str:
        return " ".join(message["text"] for message in self.messages if message["text"])

    @property
    def utters(self) -> list[str]:
        """The responses that the reply was worded from."""
        return [name for message in self.messages for name in message.get("variants", {})]

    @property
    def custom(self) -> dict[str, Any]:
        customs = [message["custom"] for message in self.messages if message["custom"]]
        return next((custom for custom in customs if custom["type"] == "slate"), customs[0] if customs else {})

    @property
    def items(self) -> list[str]:
        """item_ids of the slate."""
        return [item["item_id"] for item in self.custom.get("slate", {}).get("items", [])]

    @property
    def chips(self) -> list[str]:
        return [chip["title"] for chip in self.custom["need"]["chips"]]

    @property
    def choices(self) -> list[dict[str, str]]:
        """Buttons of the reply, wherever they stand."""
        buttons = [button for message in self.messages for button in message["buttons"]]
        return [*buttons, *(c for message in self.messages for c in message["custom"].get("choices", ()))]

    def choice(self, title: str) -> str:
        """The payload of the button with that title."""
        found = {choice["title"]: choice["payload"] for choice in self.choices}
        assert title in found, f"no button {title!r}; there are {', '.join(found)}"
        return found[title]


ACTION_OF_INTENT = {
    "greet": "action_greet",
    "start_over": "action_start_over",
    "resume": "action_resume",
    "recommend": "action_recommend",
    "refine": "action_refine",
    "remove_chip": "action_remove_chip",
    "more": "action_more",
    "undo": "action_undo",
    "compare": "action_compare",
    "choose": "action_choose",
    "rate": "action_feedback",
    "about_me": "action_about_me",
    "forget": "action_forget",
    "skip": "action_skip",
    "like": "action_feedback",
    "dislike": "action_feedback",
    "seen": "action_feedback",
    "feedback": "action_feedback",
    "explain": "action_explain",
    "out_of_scope": "action_out_of_scope",
    "nlu_fallback": "action_clarify",
    "affirm": "action_affirm",
    "deny": "action_deny",
    "clarified": "action_clarified",
    "human": "action_handoff",
    "returned": "action_returned",
    "suggest": "action_suggest",
    "help": "action_small_talk",
    "thanks": "action_small_talk",
}
"""The table of docs/architecture.md."""


@dataclass
class Person:
    """Somebody who talks; keeps the events as Rasa's tracker does."""

    conversation_id: str = "talk"
    user_id: str = "somebody"
    responses: dict[str, Any] = field(default_factory=all_responses)
    events: list[dict[str, Any]] = field(default_factory=list)
    language: str | None = None

    async def says(self, intent: str, text: str = "…", ranking: tuple[str, ...] = (), **reading: Any) -> Reply:
        """One message with what the assistant read in it."""
        self.language = reading.setdefault("language", self.language or "en")
        return await self._turn(intent, text, reading, ranking)

    async def presses(self, payload: str) -> Reply:
        """One button."""
        return await self._turn(payload[1:].split("{")[0], payload, {}, ())

    def tracker(self, intent: str, text: str, reading: dict[str, Any], ranking: tuple[str, ...]) -> Tracker:
        metadata = {
            "conversation_id": self.conversation_id,
            "user_id": self.user_id,
            "message_id": f"m{len(self.events)}",
            "locale": "en",
        }
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": [],
            "metadata": metadata,
            "intent_ranking": [{"name": name, "confidence": 0.5} for name in ranking],
        }
        if reading:
            message["readings"] = reading.pop("readings", {})
            message["reading"] = reading
        self.events.append({"event": "user", "text": text, "parse_data": message, "metadata": metadata})
        return Tracker(
            self.conversation_id, {"language": self.language}, message, list(self.events), False, None, {}, None
        )

    async def _turn(self, intent: str, text: str, reading: dict[str, Any], ranking: tuple[str, ...]) -> Reply:
        actions = {action().name(): action() for action in ACTIONS}
        dispatcher, name = CollectingDispatcher(), ACTION_OF_INTENT[intent]
        tracker = self.tracker(intent, text, reading, ranking)
        await actions[name].run(dispatcher, tracker, {"responses": self.responses})
        self.events.append({"event": "action", "name": name})
        for message in dispatcher.messages:
            metadata = {key: message[key] for key in ("utter_action", "variants") if key in message}
            data = {"buttons": message["buttons"] or None, "custom": message["custom"] or None}
            self.events.append({"event": "bot", "text": message["text"], "metadata": metadata, "data": data})
        self.events.append({"event": "action", "name": "action_listen"})
        return Reply(tuple(dispatcher.messages))


@pytest.fixture
def person(resources: Resources) -> Person:
    """Somebody new, in a conversation that the gateway opened."""
    conversation = resources.store.open_conversation("web")
    return Person(conversation.conversation_id, conversation.user_id)


@pytest.fixture
def wish() -> Callable[..., dict[str, Any]]:
    """Makes a constraint as the reading holds it."""

    def make(facet: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
        return {"facet": facet, "op": op, "value": value, "strength": "must", "source": "lexicon", "span": None, **more}

    return make


@pytest.fixture
def with_settings(settings: Settings) -> Callable[..., Settings]:
    """The settings of the test, changed."""
    return lambda **changes: dataclasses.replace(settings, **changes)
