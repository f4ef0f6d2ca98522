"""Login of colleagues: fixation, forged and stolen cookies, other sites, guessing."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from itsdangerous import URLSafeTimedSerializer

from bot.channels.console.login import COOKIE
from bot.channels.console.passwords import hashed, is_right
from data.store import Store
from tests.bot.channels.colleague import PASSWORD, Colleague

FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.shop.example"},
    {"Origin": "null"},
)


def cookie_of(colleague: Colleague) -> str:
    return next(cookie.value for cookie in colleague.http.cookie_jar if cookie.key == COOKIE)


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(ann: Colleague) -> None:
    response = await ann.log_in()
    cookie = SimpleCookie(response.headers["Set-Cookie"])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/agent/")


async def test_behind_https_the_cookie_travels_by_https_only(ann: Colleague) -> None:
    response = await ann.log_in(headers={"X-Forwarded-Proto": "https"})
    assert SimpleCookie(response.headers["Set-Cookie"])[COOKIE]["secure"] is True


async def test_a_cookie_that_was_planted_before_the_login_is_worth_nothing_after_it(
    ann: Colleague, http: ClientSession
) -> None:
    planted = {"Cookie": f"{COOKIE}=planted-by-somebody"}
    response = await ann.log_in(headers=planted)
    assert SimpleCookie(response.headers["Set-Cookie"])[COOKIE].value != "planted-by-somebody"
    async with http.get(f"{ann.address}/agent/api/me", headers=planted) as answer:
        assert answer.status == 401


async def test_a_cookie_signed_with_another_key_is_refused(ann: Colleague, http: ClientSession) -> None:
    forged = URLSafeTimedSerializer("another key", salt="agent").dumps(["Ann", 0])
    async with http.get(f"{ann.address}/agent/api/me", headers={"Cookie": f"{COOKIE}={forged}"}) as answer:
        assert answer.status == 401


async def test_a_session_token_of_a_person_opens_no_console(ann: Colleague, person, http: ClientSession) -> None:
    async with http.get(f"{ann.address}/agent/api/me", headers={"Cookie": f"{COOKIE}={person.token}"}) as answer:
        assert answer.status == 401


async def test_a_copied_cookie_is_worth_nothing_after_the_logout(ann: Colleague, http: ClientSession) -> None:
    copied = {"Cookie": f"{COOKIE}={cookie_of(ann)}"}
    assert (await ann.call("POST", "logout", json={})).status == 200
    async with http.get(f"{ann.address}/agent/api/me", headers=copied) as answer:
        assert answer.status == 401


async def test_a_new_password_ends_the_sessions(ann: Colleague, store: Store) -> None:
    store.handoffs.set_agent("Ann", hashed("another password"))
    assert (await ann.call("GET", "me")).status == 401


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["login", "logout", "handoffs/x/take"])
async def test_a_page_of_another_site_can_do_nothing(ann: Colleague, headers: dict[str, str], path: str) -> None:
    response = await ann.call("POST", path, json={"name": "Ann", "password": PASSWORD}, headers=headers)
    assert response.status == 403


async def test_a_form_of_another_site_can_do_nothing(ann: Colleague) -> None:
    response = await ann.call("POST", "login", data={"name": "Ann", "password": PASSWORD})
    assert response.status == 415


@pytest.mark.parametrize(("name", "password"), [("Ann", "wrong"), ("Nobody", PASSWORD), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_look_the_same(
    gateway: TestServer, ann: Colleague, name: str, password: str
) -> None:
    response = await ann.call("POST", "login", json={"name": name, "password": password})
    assert (response.status, (await response.json())["detail"]) == (401, "name or password is wrong")


async def test_guessing_has_to_wait(ann: Colleague) -> None:
    tries = [(await ann.log_in(f"guess {number}")).status for number in range(6)]
    assert tries == [401] * 5 + [429]
    assert (await ann.log_in()).status == 429


async def test_nobody_may_frame_the_console(ann: Colleague) -> None:
    response = await ann.call("GET", "me")
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_password_fits_its_own_hash_only() -> None:
    kept = hashed("correct horse")
    assert (is_right("correct horse", kept), is_right("correct horse ", kept)) == (True, False)
    assert hashed("correct horse") != kept


@pytest.mark.parametrize("kept", ["", "plain", "scrypt$1$2", "md5$1$1$1$YQ==$YQ=="])
def test_what_is_no_hash_fits_no_password(kept: str) -> None:
    assert is_right("", kept) is False
