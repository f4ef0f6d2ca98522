"""What is checked before training."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain

from bot.assistant import checks
from data.errors import DataError
from data.settings import Settings


def test_the_project_itself_is_in_order() -> None:
    assert "of 29 intents" in checks.check_content(Settings.from_environment())


def test_an_importer_that_cannot_be_imported_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "read_config_file", lambda path: {"importers": [{"name": "bot.nowhere.Importer"}]})
    with pytest.raises(DataError, match="bot.nowhere.Importer: cannot be imported"):
        checks.check_content(Settings.from_environment())


def test_an_intent_without_examples_in_a_language_is_named() -> None:
    domain = Domain.from_dict({"intents": ["greet"]})
    problems = list(checks._intent_problems(domain, checks.Counter({("greet", "en"): 3})))
    assert "intent greet: no example in zh" in problems
