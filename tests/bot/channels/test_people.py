"""Sessions, and what a person may ask to see and to erase."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from bot.channels.tokens import Session, Signer
from data.need import Need
from data.settings import Settings
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


async def test_each_session_is_a_new_person(arrive: Any) -> None:
    first, second = await arrive(), await arrive()
    assert first.user_id != second.user_id and first.conversation_id != second.conversation_id


async def test_a_session_needs_no_body(gateway: TestServer, http: ClientSession) -> None:
    async with http.post(gateway.make_url("/api/v1/sessions")) as response:
        assert response.status == 200
        assert set(await response.json()) == {"token", "conversation_id", "user_id"}


@pytest.mark.parametrize(
    ("locale", "kept"), [("zh", "zh"), ("zh-TW", "zh"), ("en_GB", "en"), ("de", "en"), ("", "en"), (None, "en")]
)
async def test_a_session_speaks_a_language_we_speak(arrive: Any, store: Store, locale: str | None, kept: str) -> None:
    conversation = store.conversation((await arrive(locale=locale)).conversation_id)
    assert conversation is not None and conversation.locale == kept


async def test_an_old_token_resumes_its_conversation_with_a_fresh_token(person: Person, arrive: Any) -> None:
    await person.say("hello")
    again = await arrive(token=person.token)
    assert (again.conversation_id, again.user_id) == (person.conversation_id, person.user_id)
    assert len(await again.messages()) == 2


async def test_a_new_conversation_of_the_same_person_is_opened_with_the_token_in_the_header(
    person: Person, arrive: Any
) -> None:
    await person.say("hello")
    response = await person.call("POST", "/sessions", json={"locale": "en"})
    again = await response.json()
    assert again["user_id"] == person.user_id and again["conversation_id"] != person.conversation_id


async def test_a_bad_token_in_the_header_opens_a_session_of_a_new_person(person: Person) -> None:
    response = await person.call("POST", "/sessions", headers={"Authorization": "Bearer forged"})
    assert response.status == 200 and (await response.json())["user_id"] != person.user_id


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\ud800"])
async def test_a_token_that_is_not_ours_opens_a_new_conversation(person: Person, arrive: Any, token: str) -> None:
    assert (await arrive(token=token)).conversation_id != person.conversation_id


async def test_a_session_of_another_server_opens_nothing(person: Person, arrive: Any) -> None:
    forged = Signer("another secret of another server", 30).session_token(
        Session(person.conversation_id, person.user_id)
    )
    assert (await arrive(token=forged)).conversation_id != person.conversation_id
    response = await person.call("GET", "/messages", headers={"Authorization": f"Bearer {forged}"})
    assert (response.status, (await response.json())["where"]) == (401, "header.Authorization")


async def test_a_token_for_another_user_opens_nothing(person: Person, settings: Settings) -> None:
    token = Signer(settings.secret, 30).session_token(Session(person.conversation_id, "someone else"))
    response = await person.call("GET", "/me", headers={"Authorization": f"Bearer {token}"})
    assert response.status == 401


async def test_a_session_expires(person: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer(settings.secret, days=1)
    assert signer.session(person.token) is not None
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 4_000_000_000)
    assert signer.session(person.token) is None


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/me"), ("DELETE", "/me"), ("GET", "/messages"), ("POST", "/messages"), ("GET", "/events")],
)
async def test_nothing_is_told_without_a_token(
    gateway: TestServer, http: ClientSession, method: str, path: str, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with http.request(method, gateway.make_url(f"/api/v1{path}"), headers=headers) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert (await response.json())["where"] == "header.Authorization"


async def test_a_person_sees_everything_that_is_known(person: Person, store: Store) -> None:
    await person.say("a comedy")
    store.save_need(person.conversation_id, Need("movies", 1, "a comedy"))
    store.record_interaction(person.user_id, "movies", "50", "like", None, person.conversation_id)
    known = await (await person.call("GET", "/me")).json()
    assert known["user"]["user_id"] == person.user_id
    assert known["interactions"][0]["item_id"] == "50"
    assert known["conversations"][0]["needs"][0]["content"]["text"] == "a comedy"
    assert [message["text"] for message in known["conversations"][0]["messages"]] == ["a comedy", "You said: a comedy"]


async def test_an_erased_person_is_gone_everywhere(person: Person, store: Store, assistant: FakeAssistant) -> None:
    await person.say("a comedy")
    async with person.events(after=2) as events:
        response = await person.call("DELETE", "/me")
        assert (response.status, await response.json()) == (200, {"erased": True})
        assert await events.next() is None
    assert store.everything_about(person.user_id) == {}
    assert assistant.forgotten == [person.conversation_id]
    assert (await person.call("GET", "/me")).status == 401


async def test_an_erased_person_starts_anew_with_the_old_token(person: Person, arrive: Any) -> None:
    await person.call("DELETE", "/me")
    assert (await arrive(token=person.token)).user_id != person.user_id


async def test_erasing_ends_the_work_under_way(person: Person, store: Store, assistant: FakeAssistant) -> None:
    assistant.delay_s = 1.0
    asking = asyncio.create_task(person.post({"id": "m", "text": "a secret"}, wait=True))
    while not assistant.asked:
        await asyncio.sleep(0.01)
    assert (await person.call("DELETE", "/me")).status == 200
    assert await (await asking).json() == {"messages": []}
    assert store.unanswered() == []


async def test_erasing_one_leaves_the_others(person: Person, arrive: Any) -> None:
    other = await arrive()
    await other.say("hello")
    await person.call("DELETE", "/me")
    assert len(await other.messages()) == 2


async def test_a_secret_that_is_not_set_is_made_once_and_only_ours_to_read(settings: Settings) -> None:
    unset = Settings(home=settings.home, assistant_url=settings.assistant_url).completed()
    create_app(unset)
    made = (unset.home / "secret").read_text()
    create_app(unset)
    assert (unset.home / "secret").read_text() == made and len(made) >= 32
    assert (unset.home / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in unset.home.glob("secret*")] == ["secret"]


async def test_a_secret_that_could_be_guessed_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="secret: has 3 characters; it must have 16 or more"):
        create_app(Settings(home=settings.home, secret="abc").completed())
