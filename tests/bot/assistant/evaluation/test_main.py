"""The command line of the evaluation."""

from __future__ import annotations

import json

import pytest

from bot.assistant.evaluation import __main__ as command


def test_what_libraries_print_does_not_stand_in_the_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def evaluate(*_: object) -> dict[str, int]:
        print("a library's remark")
        return {"messages": 3}

    monkeypatch.setattr(command, "evaluate", evaluate)
    monkeypatch.setattr("sys.argv", ["evaluation", "--json"])
    assert command.main() == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"messages": 3}
    assert "a library's remark" in said.err
