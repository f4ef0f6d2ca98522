"""What a pack teaches the assistant, and what is doubtful in it: python -m bot.assistant.pack_content check|sample NAME."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rasa.shared.nlu.constants import INTENT, TEXT

from bot.assistant.importers.packs import PackWords, pack_examples
from bot.assistant.paths import model_file
from data.catalog import load_catalog
from data.errors import DataError
from data.reading.lint import lint
from data.settings import Settings

ASKED = 1000
"""Examples of a pack that the trained assistant is asked about; more would take long and tell little."""
Example = tuple[str, str]
"""Intent, text."""


@dataclass(frozen=True)
class Doubt:
    """Something in a pack's content that is likely a mistake."""

    kind: str
    """phrase: of the lexicon; clash: one sentence of two intents; misread: the trained assistant understands another."""
    text: str


def main() -> int:
    """0; 1 when `check` found doubts; 2 for bad content or settings."""
    parser = argparse.ArgumentParser(prog="python -m bot.assistant.pack_content", description=__doc__)
    parser.add_argument("what", choices=("check", "sample"))
    parser.add_argument("pack")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    settings = Settings.from_environment()
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what libraries have to say must not stand in the JSON
            words = PackWords.load(options.pack, settings.home)
            if options.what == "sample":
                examples = sample(pack_examples(words), options.count, options.seed)
            else:
                doubts = check(words, settings)
    except DataError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    if options.what == "sample":
        for intent, text in examples:
            print(
                json.dumps({"intent": intent, "text": text}, ensure_ascii=False)
                if options.json
                else f"{intent}\t{text}"
            )
        return 0
    return _tell(doubts, options.pack, options.json)


def _tell(doubts: Sequence[Doubt], pack: str, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"pack": pack, "doubts": [dataclasses.asdict(d) for d in doubts]}, ensure_ascii=False))
    else:
        print("\n".join([*(f"{doubt.kind}: {doubt.text}" for doubt in doubts), f"{pack}: {len(doubts)} doubts"]))
    return 1 if doubts else 0


def sample(examples: Iterable[Example], count: int, seed: int) -> list[Example]:
    """`count` of the examples, or all, drawn without repeats; the same for the same seed."""
    different = list(dict.fromkeys(examples))
    return random.Random(seed).sample(different, min(count, len(different)))


def check(words: PackWords, settings: Settings) -> list[Doubt]:
    """Every doubt about the pack's phrases and sentences; those of the trained assistant when it serves the pack."""
    pack = words.pack
    examples = list(dict.fromkeys(pack_examples(words)))
    doubts = [Doubt("phrase", line) for line in lint(pack, load_catalog(pack, settings.home))]
    doubts += [Doubt("clash", line) for line in clashes(pack.name, examples, _skill_examples())]
    if pack.name not in settings.packs:
        print(f"{pack.name}: not served (INSTRUCTREC_PACKS), so the assistant is not asked", file=sys.stderr)
    elif not model_file(settings).is_file():
        print("the assistant is not trained, so it is not asked; run: instructrec train", file=sys.stderr)
    else:
        doubts += [Doubt("misread", line) for line in _misread(pack.name, sample(examples, ASKED, 0), settings)]
    return doubts


def _skill_examples() -> list[Example]:
    from bot.assistant.checks import training_importer

    return [(m.get(INTENT), m.get(TEXT)) for m in training_importer().get_nlu_data().intent_examples]


def clashes(pack: str, examples: Sequence[Example], others: Sequence[Example]) -> Iterator[str]:
    """One line per sentence of the pack that another intent has as well, in any case and spacing."""
    owners: dict[str, set[str]] = {}
    for intent, text in (*examples, *others):
        owners.setdefault(_plain(text), set()).add(intent)
    for plain in dict.fromkeys(_plain(text) for _, text in examples):
        if len(owners[plain]) > 1:
            yield f"{pack}: {plain!r} is an example of {' and '.join(sorted(owners[plain]))}"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _misread(pack: str, examples: Sequence[Example], settings: Settings) -> Iterator[str]:
    from bot.assistant.understand import Understanding

    understand = Understanding.load(model_file(settings), settings.text_limit)
    for (intent, text), understood in zip(examples, understand([text for _, text in examples])):
        if understood["intent"] != intent:
            yield f"{pack}: {text!r} is an example of {intent}, understood as {understood['intent']}"


if __name__ == "__main__":
    sys.exit(main())
