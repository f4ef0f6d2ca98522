"""Measures understanding on held-out wording: python -m bot.assistant.evaluation [--json] [--report DIR] [--data DIR]."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from bot.assistant.paths import model_file
from data.errors import DataError
from data.settings import Settings

PROTOCOL = (
    "Messages that neither the assistant nor the lexicon has: held-out sentences of skills and packs, held-out messages "
    "with their constraints, titles and values in plain carriers (clean and with one typo), held-out phrases for values. "
    "An intent counts as understood after the threshold; `accuracy_by_act` takes recommend and refine for one; "
    "`threshold_costs` is the accuracy by act that the threshold takes away. A message is exact when facet, operator and "
    "value of every constraint are right and none is too many."
)


def main() -> int:
    """0; 2 for bad settings, bad held-out files, or when there is no trained assistant."""
    parser = argparse.ArgumentParser(prog="python -m bot.assistant.evaluation", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--report", type=Path, help="folder for the report with its picture")
    parser.add_argument("--data", type=Path, help="folder with clinc150 and crosswoz, where there is one")
    parser.add_argument("--seed", type=int, default=0, help="of the made messages")
    options = parser.parse_args()
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what libraries have to say must not stand in the JSON
            found = evaluate(Settings.from_environment(), options.data, options.seed, options.report)
    except DataError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    from bot.assistant.evaluation.report import table

    print(json.dumps(found, ensure_ascii=False, indent=1) if options.json else table(found))
    return 0


def evaluate(settings: Settings, data: Optional[Path], seed: int, report: Optional[Path]) -> dict[str, Any]:
    """All figures of the trained assistant. Raises DataError when there is none."""
    from bot.assistant.evaluation.cases import held_out_cases
    from bot.assistant.evaluation.made import made_cases
    from bot.assistant.evaluation.measure import judge, summary
    from bot.assistant.evaluation.public import clinc_cases
    from bot.assistant.evaluation.report import write_report
    from bot.assistant.importers.packs import PackWords
    from bot.assistant.understand import Understanding

    understand = Understanding.load(model_file(settings), settings.text_limit)
    packs = [PackWords.load(name, settings.home) for name in settings.packs]
    cases = held_out_cases(settings) + [case for words in packs for case in made_cases(words, settings.home, seed)]
    cases += clinc_cases(data) if data else []
    began = time.process_time()
    parsed = understand.parse([case.text for case in cases])
    spent = time.process_time() - began
    judged = [judge(case, one) for case, one in zip(cases, parsed)]
    ours = [j for j in judged if j.case.source != "clinc150"]
    found = {
        "packs": list(settings.packs), "seed": seed, "messages": len(cases), "protocol": PROTOCOL, **summary(ours),
        "public": _public(judged, data),
        "cpu_ms_per_message": round(1000 * spent / max(len(cases), 1), 2),
    }  # fmt: skip
    if report:
        print(f"report: {write_report(found, judged, report)}", file=sys.stderr)
    return found


def _public(judged: Sequence[Any], data: Optional[Path]) -> dict[str, Any]:
    from bot.assistant.evaluation.measure import intent_figures
    from bot.assistant.evaluation.public import crosswoz_recall

    found: dict[str, Any] = {}
    refused = [j for j in judged if j.case.source == "clinc150"]
    if refused:
        found["clinc150"] = intent_figures(refused)
    recall = crosswoz_recall(data) if data else None
    if recall:
        found["crosswoz"] = recall
    return found


if __name__ == "__main__":
    sys.exit(main())
