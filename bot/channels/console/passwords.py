"""Passwords of colleagues: hashed by scrypt, as the standard library has it, each with a salt of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

COST, BLOCK, PARALLEL = 2**15, 8, 1
"""N, r and p of RFC 7914: 32 MiB and some 0.1 s for one guess."""
MEMORY = 64 * 1024 * 1024
SALT = 16
LEAST_CHARACTERS = 10


def hashed(password: str) -> str:
    """The hash as it is stored: the parameters, the salt and the key."""
    salt = secrets.token_bytes(SALT)
    parts = ("scrypt", str(COST), str(BLOCK), str(PARALLEL), _text(salt), _text(_key(password, salt, COST)))
    return "$".join(parts)


def is_right(password: str, kept: str) -> bool:
    """Whether the password is the one that was hashed; a hash that is none fits no password."""
    try:
        kind, cost, block, parallel, salt, key = kept.split("$")
        made = _key(password, base64.b64decode(salt), int(cost), int(block), int(parallel))
        return kind == "scrypt" and hmac.compare_digest(made, base64.b64decode(key))
    except ValueError:
        return False


def _key(password: str, salt: bytes, cost: int, block: int = BLOCK, parallel: int = PARALLEL) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=cost, r=block, p=parallel, maxmem=MEMORY)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
