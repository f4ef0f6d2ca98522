"""JSON as the standard has it: no NaN, no key twice, no half characters, no depth that only serves to break things."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from data.errors import DataError

MAX_DEPTH = 32


class NotJson(DataError):
    """What came in is not JSON that two readers would read alike."""


class _Repeated(dict[str, Any]):
    """An object in which keys stand twice."""

    keys_twice: tuple[str, ...] = ()


def read_json(raw: bytes | str) -> Any:
    """The value that `raw` holds. Raises NotJson with every place that is not strict JSON."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise NotJson(f"request: not UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise NotJson(f"request: nested too deeply; at most {MAX_DEPTH} levels") from None
    except ValueError as error:
        raise NotJson(f"request: not JSON: {str(error)[:200]}") from None
    problems = [problem for problem, _ in zip(_problems(value), range(20), strict=False)]
    if problems:
        raise NotJson(problems)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated, seen = _Repeated(found), set[str]()
    repeated.keys_twice = tuple(dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return repeated


def _problems(value: Any) -> Iterator[str]:
    """Walks the value without recursion: what is nested is what a request may use to hurt."""
    waiting: list[tuple[Any, str, int]] = [(value, "", 0)]
    while waiting:
        one, where, depth = waiting.pop()
        if isinstance(one, float) and not math.isfinite(one):
            yield f"{where or 'request'}: expected a finite number, got {one!r}"
        elif isinstance(one, str) and _is_broken(one):
            yield f"{where or 'request'}: a string with half a character (a lone surrogate)"
        elif isinstance(one, (dict, list)):
            if depth == MAX_DEPTH:
                yield f"{_start(where)}: nested too deeply; at most {MAX_DEPTH} levels"
                continue
            if isinstance(one, _Repeated):
                yield from (f"{place(where, key)}: this key stands there twice" for key in one.keys_twice)
            if isinstance(one, dict):
                yield from (f"{where or 'request'}: a key with half a character" for key in one if _is_broken(key))
                waiting += [(inner, place(where, key), depth + 1) for key, inner in reversed(list(one.items()))]
            else:
                waiting += [(one[i], f"{where}[{i}]", depth + 1) for i in range(len(one) - 1, -1, -1)]


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def place(where: str, key: str) -> str:
    """`where` and a key below it, as a dotted path; a key that is no plain word is quoted."""
    name = key if key.isidentifier() and len(key) <= 40 else json.dumps(key[:40]).replace(": ", ":")
    return f"{where}.{name}" if where else name


def _start(where: str) -> str:
    return where if len(where) <= 60 else f"{where[:57]}…"
