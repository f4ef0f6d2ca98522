"""Says what the trained assistant understands: one utterance a line in, one JSON object a line out.

printf 'a funny film\\n别太吓人的\\n' | python -m bot.assistant.understand
"""

from __future__ import annotations

import json
import os
import select
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from bot.assistant.paths import model_file
from bot.assistant.quiet import be_quiet
from bot.words import for_assistant, visible
from data.errors import DataError
from data.settings import Settings

BATCH = 64
CHUNK = 1 << 16
NOT_UNDERSTOOD = {"name": "nlu_fallback", "confidence": 0.0}


def main() -> int:
    """Reads until the end of stdin; 2 for bad settings or when there is no trained assistant."""
    try:
        settings = Settings.from_environment()
        understand = Understanding.load(model_file(settings), settings.text_limit)
    except DataError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    try:
        for lines in batches(sys.stdin.buffer):
            for understood in understand(lines):
                sys.stdout.buffer.write(json.dumps(understood, ensure_ascii=False).encode() + b"\n")
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


class Understanding:
    """The language half of the trained assistant, run as the server runs it but for several messages at a time."""

    def __init__(self, runner: Any, target: str, text_limit: int):
        self._runner, self._target, self._text_limit = runner, target, text_limit

    @classmethod
    def load(cls, model: Path, text_limit: int) -> Understanding:
        """Raises DataError when there is no trained assistant in `model`."""
        if not model.is_file():
            raise DataError(f"{model}: no trained assistant; run: python -m bot.assistant.train")
        be_quiet()
        from rasa.core.processor import MessageProcessor

        _, metadata, runner = MessageProcessor._load_model(model)
        return cls(runner, str(metadata.nlu_target), text_limit)

    def __call__(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """One object of DESIGN.md 5.1 per text, in their order."""
        return [_said(text, parsed) for text, parsed in zip(texts, self.parse(texts), strict=True)]

    def parse(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Rasa's parse of each text as the gateway would pass it on; empty for a text that shows nothing."""
        from rasa.core.channels.channel import UserMessage
        from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
        from rasa.shared.core.trackers import DialogueStateTracker

        shown = [index for index, text in enumerate(texts) if visible(text[: self._text_limit])]
        parsed: list[dict[str, Any]] = [{} for _ in texts]
        if shown:
            messages = [UserMessage(for_assistant(texts[index][: self._text_limit])) for index in shown]
            inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: DialogueStateTracker("understand", [])}
            for index, message in zip(shown, self._runner.run(inputs, [self._target])[self._target], strict=True):
                parsed[index] = message.as_dict(only_output_properties=True)
        return parsed


def _said(text: str, parsed: Mapping[str, Any]) -> dict[str, Any]:
    intent = parsed.get("intent") or NOT_UNDERSTOOD
    reading = parsed.get("reading") or {}
    return {
        "text": text,
        "language": reading.get("language", "en"),
        "intent": intent["name"],
        "confidence": round(float(str(intent["confidence"])), 4),
        "pack": reading.get("pack"),
        "constraints": [_only(c, "facet", "op", "value", "strength") for c in reading.get("constraints", ())],
        "items": [_only(item, "item_id", "title", "role") for item in reading.get("items", ())],
    }


def _only(entry: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: entry[key] for key in keys}


def batches(stream: BinaryIO) -> Iterator[list[str]]:
    """The lines of `stream`, as many at a time as have arrived, so that a person who types is answered line by line."""
    descriptor, rest, lines = stream.fileno(), b"", list[str]()
    while chunk := os.read(descriptor, CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        lines += map(_text, whole)
        while len(lines) >= BATCH or (lines and not _has_more(descriptor)):
            yield lines[:BATCH]
            del lines[:BATCH]
    if rest:
        lines.append(_text(rest))
    if lines:
        yield lines


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "replace")


def _has_more(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])


if __name__ == "__main__":
    sys.exit(main())
