"""Asks a process whether it is ready, and the whole bot whether a message gets an answer."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import aiohttp

from bot.launch.processes import Process

PROBE_TIMEOUT = aiohttp.ClientTimeout(total=5)
TURN_TIMEOUT = aiohttp.ClientTimeout(total=30)
REQUEST = "recommend something"
"""What is asked to see the whole way: it goes through all four processes and means the same for every catalog."""


async def why_not_ready(process: Process, http: aiohttp.ClientSession) -> str | None:
    """None when the process is ready, else what it answered."""
    try:
        async with http.get(process.ready_url, timeout=PROBE_TIMEOUT) as response:
            if response.status != 200:
                return f"{process.ready_path} answers {response.status}: {(await response.text())[:200]}"
            if process.ready_key is None:
                return None
            content = await response.json(content_type=None)
            has_value = isinstance(content, dict) and bool(content.get(process.ready_key))
            return None if has_value else f"{process.ready_path} has no {process.ready_key}"
    except aiohttp.ClientConnectorError:
        return f"nothing listens on {process.address}"
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, OSError) as error:
        return f"{process.ready_url}: {str(error) or type(error).__name__}"


async def why_no_answer(gateway: str, http: aiohttp.ClientSession) -> str | None:
    """None when the bot answers a request sent through the gateway, else what went wrong. Leaves nothing behind."""
    try:
        async with http.post(f"{gateway}/api/v1/sessions", json={}, timeout=TURN_TIMEOUT) as response:
            if response.status >= 300:
                return f"no session: {response.status} {(await response.text())[:200]}"
            headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        try:
            return await _ask(gateway, headers, http)
        finally:
            async with http.delete(f"{gateway}/api/v1/me", headers=headers, timeout=TURN_TIMEOUT):
                pass
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, KeyError, OSError) as error:
        return f"{gateway}: {str(error) or type(error).__name__}"


async def _ask(gateway: str, headers: dict[str, str], http: aiohttp.ClientSession) -> str | None:
    """An answer offers something; the gateway's own apology, when the assistant has nothing to say, is only words."""
    message = {"id": str(uuid.uuid4()), "text": REQUEST}
    url = f"{gateway}/api/v1/messages?wait=true"
    async with http.post(url, json=message, headers=headers, timeout=TURN_TIMEOUT) as response:
        if response.status != 200:
            return f"a message was answered {response.status}: {(await response.text())[:200]}"
        messages: list[dict[str, Any]] = (await response.json())["messages"]
    answers = [sent for sent in messages if sent.get("from") == "bot" and (sent.get("slate") or sent.get("choices"))]
    return None if answers else f"{REQUEST!r} got no list and no choice: {[sent.get('text') for sent in messages]}"
