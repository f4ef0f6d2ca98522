"""The files of the page, the headers around everything, health, and addresses that do not exist."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.protection import framing
from data.settings import Settings
from data.store.desk import Desk


@pytest.fixture
def built(settings: Settings) -> Path:
    """A page as the front end's build leaves it, and something beside it that is nobody's business."""
    page = settings.home / "web"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>chat</title>")
    (page / "assets" / "chat-4f2a.js").write_text("export {}")
    (settings.home / "secret").write_text("the signing key")
    (page / "link").symlink_to(settings.home / "secret")
    return page


async def test_the_page_is_served_and_asked_for_again_each_time(
    built: Path, gateway: TestServer, http: ClientSession
) -> None:
    async with http.get(gateway.make_url("/")) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert response.headers["Cache-Control"] == "no-cache"
        assert "<title>chat</title>" in await response.text()


async def test_files_named_by_digest_are_kept(built: Path, gateway: TestServer, http: ClientSession) -> None:
    async with http.get(gateway.make_url("/assets/chat-4f2a.js")) as response:
        assert response.status == 200 and response.content_type in ("text/javascript", "application/javascript")
        assert "immutable" in response.headers["Cache-Control"]


async def test_before_the_page_is_built_there_is_a_clear_message(gateway: TestServer, http: ClientSession) -> None:
    async with http.get(gateway.make_url("/")) as response:
        assert (response.status, response.content_type) == (503, "text/html")
        text = await response.text()
        assert "The chat page is not built yet" in text and "聊天页面尚未构建" in text


@pytest.mark.parametrize(
    "path", ["/../secret", "/..%2fsecret", "/assets/../../secret", "/%2e%2e/secret", "/link", "/%00"]
)
async def test_nothing_outside_the_page_is_served(built: Path, gateway: TestServer, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    assert answer.split()[1] in ("400", "404") and "signing key" not in answer


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/me", "/nowhere"])
async def test_every_answer_has_the_protecting_headers(gateway: TestServer, http: ClientSession, path: str) -> None:
    async with http.get(gateway.make_url(path), headers={"Origin": "https://evil.example"}) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'self'" in policy and "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "Python" not in response.headers["Server"]
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


def test_sites_that_may_embed_the_widget_stand_in_the_policy_and_the_older_header_which_cannot_name_them_goes() -> None:
    headers = framing(("https://shop.example", "https://*.example.org"))
    assert "frame-ancestors 'self' https://shop.example https://*.example.org" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers


async def test_the_interface_is_kept_by_no_cache(gateway: TestServer, http: ClientSession) -> None:
    async with http.post(gateway.make_url("/api/v1/sessions")) as response:
        assert response.headers["Cache-Control"] == "no-store"


async def test_health_says_that_the_process_lives(gateway: TestServer, http: ClientSession) -> None:
    async with http.get(gateway.make_url("/healthz")) as response:
        assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_readiness_tells_whether_the_assistant_is_there(
    gateway: TestServer, assistant_server: TestServer, http: ClientSession
) -> None:
    async with http.get(gateway.make_url("/readyz")) as response:
        assert (response.status, await response.json()) == (200, {"status": "ready", "assistant": "up"})
    await assistant_server.close()
    async with http.get(gateway.make_url("/readyz")) as response:
        assert (response.status, await response.json()) == (200, {"status": "ready", "assistant": "down"})


async def test_without_its_database_the_gateway_is_not_ready(
    gateway: TestServer, settings: Settings, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, "active", lambda desk: [])  # nobody reads while the files change: SQLite maps them
    for file in settings.home.glob("instructrec.db*"):
        file.write_bytes(b"broken" * 1000)
    async with http.get(gateway.make_url("/readyz")) as response:
        assert response.status == 503
        assert (await response.json())["detail"] == "the store does not answer; try again in a moment"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/api/v1/me", 405),
        ("GET", "/api/v1/sessions", 405),
        ("POST", "/", 405),
    ],
)
async def test_an_address_that_does_not_exist_is_a_problem_with_its_place(
    gateway: TestServer, http: ClientSession, method: str, path: str, status: int
) -> None:
    async with http.request(method, gateway.make_url(path)) as response:
        assert (response.status, response.content_type) == (status, "application/problem+json")
        assert (await response.json())["where"] == path
