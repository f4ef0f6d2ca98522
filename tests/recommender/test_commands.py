"""`instructrec rank`: a line in, a line out, in order, whatever the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.settings import Settings
from recommender.commands import evaluate_ranker, rank
from recommender.evaluation import ranker
from recommender.evaluation.ranker import Options


@pytest.fixture
def runner(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    return CliRunner()


def test_every_line_is_answered_in_order(runner: CliRunner, tmp_path: Path) -> None:
    lines = [json.dumps({"pack": "lamps", "k": k}) for k in (1, 2)]
    file = tmp_path / "requests.jsonl"
    file.write_text(
        "\n".join([lines[0], "nonsense", json.dumps({"pack": "shoes"}), "[" * 5000, lines[1]]), encoding="utf-8"
    )
    result = runner.invoke(rank, ["--requests", str(file)])
    assert result.exit_code == 0, result.output
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [len(answer.get("items", [])) for answer in answers] == [1, 0, 0, 0, 2]
    assert [answer.get("where") for answer in answers] == [None, "request", "pack", "request", None]


def test_standard_input_is_read(runner: CliRunner) -> None:
    result = runner.invoke(rank, ["--requests", "-"], input='{"pack": "lamps", "k": 3}\n\n')
    assert [len(json.loads(line)["items"]) for line in result.stdout.splitlines()] == [3]


def test_help_shows_two_invocations(runner: CliRunner) -> None:
    text = runner.invoke(rank, ["--help"]).stdout
    assert text.count("instructrec rank --requests") == 2


def test_a_profile_that_there_is_not_is_refused_with_those_that_there_are(runner: CliRunner) -> None:
    result = runner.invoke(evaluate_ranker, ["--profile", "slow"])
    assert "no profile 'slow'; there are quick, full" in str(result.exception)


def test_a_part_a_split_and_a_folder_that_there_are_not_are_refused_together(runner: CliRunner) -> None:
    result = runner.invoke(
        evaluate_ranker, ["--only", "speed", "--split", "train", "--report", "nowhere/at/all.md", "--seeds", "2"]
    )
    assert str(result.exception).splitlines() == [
        "--split: no split 'train'; there are test, validation",
        "--only: no part 'speed'; there are history, instruction, languages, cold_users, cold_items, newcomers, rating",
        "--report: no folder 'nowhere/at' to write it to",
    ]


@pytest.mark.parametrize("seeds", ["many", "0", "", "-1"])
def test_seeds_that_are_none_are_refused(runner: CliRunner, seeds: str) -> None:
    result = runner.invoke(evaluate_ranker, ["--seeds", seeds])
    assert str(result.exception).startswith("--seeds: expected")


def test_on_stdout_there_is_only_json(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(options: Options, settings: Settings) -> dict[str, object]:
        print("a library says hello")
        return {"seeds": list(options.seeds)}

    monkeypatch.setattr(ranker, "evaluate", measured)
    result = runner.invoke(evaluate_ranker, ["--json", "--seeds", "3"])
    assert json.loads(result.stdout) == {"seeds": [0, 1, 2]}


def test_the_report_begins_with_the_command_that_gives_it_again(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    facts = {"items": 1, "users": 1, "interactions": 1, "asked": 1, "sampled": "", "metrics": "", "interval": ""}
    empty = {"pack": "lamps", "profile": "quick", "split": "test", "seeds": [0, 1], "protocol": facts}
    monkeypatch.setattr(ranker, "evaluate", lambda *_: {**empty, "skipped": {}, "seconds": {}})
    path = tmp_path / "figures.md"
    options = ["--pack", "lamps", "--seeds", "2", "--only", "history", "--report", str(path), "--profile", "quick"]
    assert runner.invoke(evaluate_ranker, options).exit_code == 0
    assert f"--pack lamps --profile quick --seeds 2 --only history --rating-seeds 2 --report {path}" in path.read_text()
