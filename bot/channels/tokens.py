"""Signed tokens: who a request comes from, and what a button means."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

SECONDS_PER_DAY = 86_400
SIGNING = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}


@dataclass(frozen=True)
class Session:
    """Whom a session token belongs to."""

    conversation_id: str
    user_id: str


@dataclass(frozen=True)
class Choice:
    """What a button means to the assistant, and what it said to the person."""

    payload: str
    title: str
    is_expired: bool = False


class Signer:
    """Makes and reads tokens; a token read is one we made, or it is nothing."""

    def __init__(self, secret: str, days: float):
        self._secret = secret
        self._max_age_s = int(days * SECONDS_PER_DAY)

    def session_token(self, session: Session) -> str:
        """A token for the holder of a conversation."""
        return str(self._serializer("session").dumps([session.conversation_id, session.user_id]))

    def session(self, token: str) -> Session | None:
        """Whom the token belongs to; None when it is forged, foreign or expired."""
        try:
            conversation_id, user_id = self._serializer("session").loads(token, max_age=self._max_age_s)
        except (BadData, ValueError, TypeError):
            return None
        return Session(conversation_id, user_id)

    def choice_token(self, conversation_id: str, choice: Choice) -> str:
        """A token for a button of that conversation."""
        return str(self._serializer("choice", conversation_id).dumps([choice.payload, choice.title]))

    def choice(self, conversation_id: str, token: str) -> Choice | None:
        """What the button of that conversation means, also when expired; None when it is forged or foreign."""
        serializer, is_expired = self._serializer("choice", conversation_id), False
        try:
            payload, title = serializer.loads(token, max_age=self._max_age_s)
        except SignatureExpired as expired:
            payload, title = serializer.load_payload(expired.payload or b"")
            is_expired = True
        except (BadData, ValueError, TypeError):
            return None
        return Choice(payload, title, is_expired)

    def sealed(self, conversation_id: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """The message with every `payload`, wherever it stands, replaced by a token that also holds its title."""
        return {key: self._seal(conversation_id, value, message, key) for key, value in message.items()}

    def _seal(self, conversation_id: str, value: Any, around: Mapping[str, Any], key: str) -> Any:
        if key == "payload" and isinstance(value, str):
            return self.choice_token(conversation_id, Choice(value, str(around.get("title", ""))))
        if isinstance(value, Mapping):
            return self.sealed(conversation_id, value)
        if isinstance(value, (list, tuple)):
            return [self._seal(conversation_id, entry, {}, "") for entry in value]
        return value

    def _serializer(self, *purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._secret, salt=".".join(purpose), signer_kwargs=SIGNING)
