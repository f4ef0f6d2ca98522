"""What the application holds, by typed key."""

from __future__ import annotations

from aiohttp import web

from bot.channels.assistant import Assistant
from bot.channels.handoff.handoffs import Handoffs
from bot.channels.listeners import Listeners
from bot.channels.metrics import Metrics
from bot.channels.rates import Rates
from bot.channels.texts import Texts
from bot.channels.tokens import Signer
from bot.channels.worker import Worker
from data.settings import Settings
from data.store import Store

SETTINGS = web.AppKey("settings", Settings)
STORE = web.AppKey("store", Store)
SIGNER = web.AppKey("signer", Signer)
TEXTS = web.AppKey("texts", Texts)
LISTENERS = web.AppKey("listeners", Listeners)
METRICS = web.AppKey("metrics", Metrics)
RATES = web.AppKey("rates", Rates)
ASSISTANT = web.AppKey("assistant", Assistant)
WORKER = web.AppKey("worker", Worker)
HANDOFFS = web.AppKey("handoffs", Handoffs)
