"""Settings, read from the environment once, at the edge, into one frozen object."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import DataError

PREFIX = "INSTRUCTREC_"
RATE = re.compile(r"[1-9]\d*( per |/)([1-9]\d* )?(second|minute|hour|day)s?", re.IGNORECASE)
ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
PROJECT = Path(__file__).resolve().parent.parent
SHIPPED = tuple(sorted(path.parent.name for path in (PROJECT / "data" / "packs").glob("*/pack.yml")))
"""Names of the packs that come with the project."""


@dataclass(frozen=True)
class Settings:
    """What a person may set. The variable of a field is INSTRUCTREC_ and its name in capitals."""

    home: Path = PROJECT / "var"
    """Folder of everything generated: catalogs, models, database, logs."""
    packs: tuple[str, ...] = SHIPPED
    """The packs that the bot serves, comma-separated; empty means every one that ships."""
    database_url: str = ""
    """SQLAlchemy URL (variable DATABASE_URL); empty means SQLite in WAL mode under `home`."""
    bind: str = "127.0.0.1"
    """Address that assistant, actions and ranker listen on: loopback or a private network."""
    gateway_bind: str = "127.0.0.1"
    """Address that the gateway listens on."""
    gateway_port: int = 8080
    embed_origins: tuple[str, ...] = ()
    """Sites that may show the chat widget ("https://shop.example"), comma-separated; the bot's own site always may."""
    assistant_port: int = 5005
    actions_port: int = 5055
    ranker_port: int = 5056
    assistant_url: str = ""
    """Where the gateway finds the assistant; empty means loopback and `assistant_port`."""
    actions_url: str = ""
    """Where the assistant finds the action server; empty means loopback and `actions_port`."""
    ranker_url: str = ""
    """Where the action server finds the ranker; empty means loopback and `ranker_port`."""
    secret: str = ""
    """Key that signs sessions and button payloads; empty means one made once and kept under `home`."""
    session_days: float = 30.0
    """Days until a signed session expires."""
    text_limit: int = 2000
    """Longest message in characters; longer ones are refused before the assistant sees them."""
    session_rate: str = "300/minute"
    """Messages that one conversation may send, as `limits` writes rates; more are refused with the time to wait."""
    address_rate: str = "3000/minute"
    """Requests that one address may send to the interface."""
    newcomer_rate: str = "300/minute"
    """New conversations that one address may begin."""
    code_rate: str = "5/10 minutes"
    """Guesses that one person may make at the code that links two chats."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses or networks of proxies before the gateway whose X-Forwarded-For is believed, comma-separated."""
    metrics_from: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses or networks that may see /metrics of the gateway."""
    first_word_s: float = 0.9
    """Seconds until a person who still waits for the answer is told that it is being looked for."""
    reply_timeout_s: float = 10.0
    """Seconds the gateway waits for the assistant before it answers with an apology."""
    ranker_timeout_s: float = 1.2
    """Seconds for one ranker request of an action; there is one retry, then the degraded answer."""
    ranker_max_batch_size: int = 64
    """Most requests in one forward pass of the ranker."""
    ranker_max_wait_ms: float = 2.0
    """Milliseconds that a request waits for others to share its forward pass, when others are on the way."""
    ranker_reload_s: float = 2.0
    """Seconds between two looks for a new checkpoint; 0 never looks."""
    device: str = "auto"
    """Torch device of the ranker: auto (CUDA where there is one), cpu, cuda, cuda:1."""
    encoder: str = ""
    """Hugging Face name or folder of the text encoder; empty means the packaged all-MiniLM-L6-v2."""
    tuned_layers: int = 0
    """Last layers of the text encoder that training tunes to the pack's instructions; 0 leaves it as it is."""
    profile: str = "quick"
    """Training profile of the ranker: quick (make run) or full (reports)."""
    movielens: str = ""
    """Folder with MovieLens files; empty means the cache, then the package that carries them."""
    telegram_token: str = ""
    """Token of a Telegram bot, as @BotFather gave it; empty means no Telegram."""
    telegram_webhook_url: str = ""
    """Public https address of the gateway's /telegram/webhook; empty means that Telegram is polled."""
    telegram_api: str = "https://api.telegram.org"
    """Where Telegram's Bot API is, or a local Bot API server."""
    slack_bot_token: str = ""
    """Bot User OAuth Token of a Slack app (xoxb-…); empty means no Slack."""
    slack_signing_secret: str = ""
    """Signing secret of the Slack app: its requests then are taken at /slack/events."""
    slack_app_token: str = ""
    """App-level token of the Slack app (xapp-…): Socket Mode, which needs no public address."""
    slack_api: str = "https://slack.com/api/"
    """Where Slack's Web API is."""
    handoff_desk: str = "console"
    """Where colleagues answer: console (this bot's own, at /agent/), chatwoot or slack."""
    handoff_wait_s: float = 120.0
    """Seconds without a colleague until the person is offered the bot or to leave a message."""
    handoff_silence_s: float = 900.0
    """Seconds of silence after which a conversation that a colleague has goes back."""
    handoff_slack_channel: str = ""
    """Id of the Slack channel (C…) in which colleagues answer, when the desk is slack."""
    chatwoot_url: str = ""
    """Where Chatwoot is, when the desk is chatwoot."""
    chatwoot_token: str = ""
    """Access token of the Chatwoot user who speaks for the bot."""
    chatwoot_account: int = 1
    chatwoot_inbox: int = 0
    """Number of the inbox of Chatwoot's API channel."""
    chatwoot_secret: str = ""
    """Secret that Chatwoot signs its webhooks with; they are taken at /chatwoot/events."""
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings of `environ` (default: the process's). Raises DataError that lists every bad variable."""
        environ = os.environ if environ is None else environ
        fields = {field.name: field for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {}
        problems: list[str] = []
        for variable, text in sorted(environ.items()):
            name = "database_url" if variable == "DATABASE_URL" else variable.removeprefix(PREFIX).lower()
            if variable != "DATABASE_URL" and not variable.startswith(PREFIX):
                continue
            if name not in fields:
                known = ", ".join(PREFIX + field.upper() for field in fields)
                problems.append(f"{variable}: no such setting; there are {known}")
                continue
            try:
                values[name] = _parse(fields[name].default, text)
                if name in CHECKS:
                    CHECKS[name](values[name])
            except ValueError as error:
                problems.append(f"{variable}={text!r}: {error}")
        if problems:
            raise DataError(problems)
        return cls(**values).completed()

    def completed(self) -> Settings:
        """The same settings with the addresses that follow from others filled in."""
        return dataclasses.replace(
            self,
            packs=self.packs or SHIPPED,
            database_url=self.database_url or f"sqlite:///{self.home / 'instructrec.db'}",
            assistant_url=self.assistant_url or f"http://127.0.0.1:{self.assistant_port}",
            actions_url=self.actions_url or f"http://127.0.0.1:{self.actions_port}",
            ranker_url=self.ranker_url or f"http://127.0.0.1:{self.ranker_port}",
        )

    def as_environment(self, only: Collection[str] | None = None) -> dict[str, str]:
        """The variables that give these settings, or `only` those named, to a child process."""
        variables = {}
        for field in dataclasses.fields(self):
            if only is not None and field.name not in only:
                continue
            value = getattr(self, field.name)
            text = ",".join(value) if isinstance(value, tuple) else str(value)
            variables["DATABASE_URL" if field.name == "database_url" else PREFIX + field.name.upper()] = text
        return variables


def _parse(default: Any, text: str) -> Any:
    if isinstance(default, Path):
        return Path(text).expanduser().resolve()
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, (int, float)):
        return type(default)(text)
    return text


def _check_origins(origins: tuple[str, ...]) -> None:
    """Origins go into a header as they are, so nothing else may stand in them."""
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin; expected scheme and host, such as https://shop.example")


def _check_networks(networks: tuple[str, ...]) -> None:
    for network in networks:
        ipaddress.ip_network(network)


def _check_rate(rate: str) -> None:
    if not RATE.fullmatch(rate):
        raise ValueError("no rate; expected a number and a time, such as 300/minute or 5/10 minutes")


CHECKS: Mapping[str, Callable[[Any], None]] = {
    "embed_origins": _check_origins,
    "trusted_proxies": _check_networks,
    "metrics_from": _check_networks,
    **dict.fromkeys(("session_rate", "address_rate", "newcomer_rate", "code_rate"), _check_rate),
}
"""What a value must be, beyond its type."""
