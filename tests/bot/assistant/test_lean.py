"""Loading Rasa without TensorFlow."""

from __future__ import annotations

import subprocess
import sys

from bot.assistant.lean import can_be_lean
from data.settings import PROJECT


def test_own_components_and_plain_ones_need_no_tensorflow() -> None:
    assert can_be_lean(["bot.assistant.components.gate.IntentGate", "RulePolicy", "MemoizationPolicy"])


def test_diet_and_ted_need_it() -> None:
    assert not can_be_lean(["RulePolicy", "TEDPolicy"])
    assert not can_be_lean(["DIETClassifier"])


def test_the_assistant_loads_rasa_without_it() -> None:
    code = (
        "from bot.assistant.quiet import be_quiet; be_quiet(); import rasa.core.agent, rasa.server, sys;"
        "print('tensorflow.python' in sys.modules, len(sys.modules['rasa.engine.recipes.default_components'].DEFAULT_COMPONENTS))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "2"]
