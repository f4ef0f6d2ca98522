"""The report for people: figures, confusions, the worst errors, and a picture of the confusion matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.assistant.evaluation.measure import REFUSED, Judged, confusions
from data.reading.gold import Fact

SIGNS = {"is": "=", "is_not": "≠", "at_least": "≥", "at_most": "≤"}
WORST = 60
PICTURE = "confusions.png"


def write_report(found: Mapping[str, Any], judged: Sequence[Judged], folder: Path) -> Path:
    """Writes understanding.md and its picture into `folder`; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    _draw([j for j in judged if j.case.intent and j.case.source != "clinc150"], folder / PICTURE)
    page = folder / "understanding.md"
    parts = [
        "# Understanding", found["protocol"], "", "## Figures", *_figures(found),
        "## Confusions", f"![meant (rows) and understood (columns)]({PICTURE})", "", *_confusions(judged),
        "## Constraints that were misread", *_misread(judged), "## Titles that were not found", *_unfound(judged),
    ]  # fmt: skip
    page.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return page


def _figures(found: Mapping[str, Any]) -> Iterable[str]:
    yield from ("", "| what | figure |", "|---|---|")
    for name in ("intents", "constraints", "titles", "public"):
        yield from (f"| {path} | {value} |" for path, value in _flat(found.get(name) or {}, name))
    yield ""


def _flat(value: Any, path: str) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(part, f"{path} · {key}")
    else:
        yield path, value


def _confusions(judged: Sequence[Judged]) -> Iterable[str]:
    yield from ("| meant | understood | how often | for example |", "|---|---|---|---|")
    for meant, said, count in confusions(judged)[:WORST]:
        example = next(j.case.text for j in judged if (j.case.intent, j.intent) == (meant, said))
        yield f"| {meant} | {said} | {count} | {_cell(example)} |"
    yield ""


def _misread(judged: Sequence[Judged]) -> Iterable[str]:
    wrong = [j for j in judged if j.case.constraints is not None and not j.is_exact]
    yield from ("| message | meant | understood |", "|---|---|---|")
    for one in wrong[:WORST]:
        yield f"| {_cell(one.case.text)} | {_said(one.case.constraints or ())} | {_said(one.facts)} |"
    yield from ((f"\n{len(wrong) - WORST} more are not shown.",) if len(wrong) > WORST else ())
    yield ""


def _unfound(judged: Sequence[Judged]) -> Iterable[str]:
    for one in [j for j in judged if j.case.item_id and j.case.item_id not in j.item_ids][:WORST]:
        yield f"- {_cell(one.case.text)} (item {one.case.item_id}; found: {', '.join(sorted(one.item_ids)) or 'none'})"


def _said(facts: Iterable[Fact]) -> str:
    return _cell(", ".join(sorted(f"{facet} {SIGNS[op]} {value}" for facet, op, value in facts)) or "nothing")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _draw(judged: Sequence[Judged], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from sklearn.metrics import ConfusionMatrixDisplay

    meant, said = zip(*[(_name(str(j.case.intent)), _name(j.intent)) for j in judged])
    size = max(6.0, 0.45 * len(set(meant) | set(said)))
    figure, axes = plt.subplots(figsize=(size, size), dpi=110)
    ConfusionMatrixDisplay.from_predictions(
        meant, said, ax=axes, normalize="true", values_format=".1f", cmap="Blues", colorbar=False,
        xticks_rotation="vertical",
    )  # fmt: skip
    axes.set(xlabel="understood", ylabel="meant")
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def _name(intent: str) -> str:
    return "refused" if intent in REFUSED else intent


def table(found: Mapping[str, Any]) -> str:
    """The figures as plain lines for a terminal."""
    rows = [
        row for name in ("intents", "constraints", "titles", "public") for row in _flat(found.get(name) or {}, name)
    ]
    width = max(len(path) for path, _ in rows)
    return "\n".join(f"{path:<{width}}  {value}" for path, value in rows)
