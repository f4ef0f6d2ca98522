"""The report for people."""

from __future__ import annotations

from pathlib import Path

from bot.assistant.evaluation.cases import Case
from bot.assistant.evaluation.measure import Judged, summary
from bot.assistant.evaluation.report import table, write_report

JUDGED = [
    Judged(Case("one more", "en", "more", "more"), "greet", "greet", frozenset(), frozenset()),
    Judged(Case("hi | there", "en", "session", "greet"), "greet", "greet", frozenset(), frozenset()),
    Judged(
        Case("no horror", "en", "movies", constraints=frozenset({("genre", "is_not", "Horror")})),
        "refine", "refine", frozenset({("genre", "is", "Horror")}), frozenset(),
    ),
]  # fmt: skip


def test_the_page_shows_what_went_wrong(tmp_path: Path) -> None:
    page = write_report({"protocol": "as said", **summary(JUDGED)}, JUDGED, tmp_path / "report")
    text = page.read_text(encoding="utf-8")
    assert "| more | greet | 1 | one more |" in text
    assert "| no horror | genre ≠ Horror | genre = Horror |" in text
    assert (page.parent / "confusions.png").read_bytes()[:4] == b"\x89PNG"


def test_the_table_names_each_figure() -> None:
    assert "intents · en · accuracy " in table(summary(JUDGED))
