"""Steps: their order, what is skipped, how a failure and Ctrl-C are told."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.launch.running import identity_of
from bot.launch.stamps import Stamp
from bot.launch.steps import Runner, Step, StepError, Task

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def runner(tmp_path: Path, out: io.StringIO) -> Runner:
    return Runner(tmp_path / "logs", out=out)


def python(source: str) -> Callable[[Task], None]:
    return lambda task: task.run([sys.executable, "-c", source])


def stamped(tmp_path: Path, name: str, source: str) -> Step:
    (tmp_path / "input").write_text("1")
    stamp = Stamp(tmp_path / "stamps" / name, (tmp_path / "input",), outputs=(tmp_path / f"{name}.out",))
    return Step(name, f"making {name}", python(source), stamp=stamp)


def test_a_step_runs_after_what_it_needs(runner: Runner) -> None:
    order: list[str] = []
    steps = [
        Step("train", "training", lambda _: order.append("train"), needs=("data",)),
        Step("data", "preparing", lambda _: order.append("data")),
    ]
    assert runner.run(steps) == ["data", "train"]
    assert order == ["data", "train"]


def test_steps_that_do_not_need_each_other_run_at_once(runner: Runner) -> None:
    both = threading.Barrier(2, timeout=20)
    runner.run([Step("a", "a", lambda _: wait(both)), Step("b", "b", lambda _: wait(both))])


def wait(barrier: threading.Barrier) -> None:
    barrier.wait()


def test_no_more_run_at_once_than_said(tmp_path: Path, out: io.StringIO) -> None:
    running: list[str] = []
    most: list[int] = []

    def work(task: Task) -> None:
        running.append(task.step.name)
        time.sleep(0.05)
        most.append(len(running))
        running.remove(task.step.name)

    Runner(tmp_path, at_once=2, out=out).run([Step(name, name, work) for name in "abcde"])
    assert max(most) == 2


def test_a_step_that_succeeded_does_not_run_again(tmp_path: Path, runner: Runner) -> None:
    step = stamped(tmp_path, "model", f"open({str(tmp_path / 'model.out')!r}, 'w')")
    assert runner.run([step]) == ["model"]
    assert runner.run([step]) == []


def test_a_step_runs_again_when_its_input_has_changed(tmp_path: Path, runner: Runner) -> None:
    step = stamped(tmp_path, "model", f"open({str(tmp_path / 'model.out')!r}, 'w')")
    runner.run([step])
    (tmp_path / "input").write_text("2")
    assert runner.run([step]) == ["model"]


def test_an_input_edited_while_the_step_runs_makes_it_run_again(tmp_path: Path, runner: Runner) -> None:
    edit = f"open({str(tmp_path / 'input')!r}, 'w').write('2'); open({str(tmp_path / 'model.out')!r}, 'w')"
    step = stamped(tmp_path, "model", edit)
    runner.run([step])
    assert not step.stamp.is_fresh()  # type: ignore[union-attr]


def test_a_step_that_failed_runs_again(tmp_path: Path, runner: Runner) -> None:
    step = stamped(tmp_path, "model", "raise SystemExit('no disk')")
    with pytest.raises(StepError):
        runner.run([step])
    with pytest.raises(StepError):
        runner.run([step])


def test_a_step_that_writes_nothing_has_failed(tmp_path: Path, runner: Runner) -> None:
    with pytest.raises(StepError, match="ended without an error, but did not write .*model.out"):
        runner.run([stamped(tmp_path, "model", "pass")])


def test_a_failure_names_the_command_its_last_words_and_the_log(tmp_path: Path, runner: Runner) -> None:
    with pytest.raises(StepError) as failed:
        runner.run([Step("model", "training", python("raise SystemExit('the disk is full')"))])
    text = str(failed.value)
    assert "training failed" in text
    assert "ended with exit status 1" in text
    assert "    the disk is full\n" in text
    assert f"The whole log: {tmp_path / 'logs' / 'setup-model.log'}" in text


def test_a_command_that_is_not_there_is_a_failure_that_names_it(runner: Runner) -> None:
    with pytest.raises(StepError, match="no-such-command cannot be run: No such file"):
        runner.run([Step("model", "training", lambda task: task.run(["no-such-command"]))])


def test_what_needs_a_failed_step_does_not_run_and_the_rest_does(runner: Runner) -> None:
    ran: list[str] = []
    steps = [
        Step("data", "preparing", python("raise SystemExit(1)")),
        Step("train", "training", lambda _: ran.append("train"), needs=("data",)),
        Step("page", "building", lambda _: ran.append("page")),
    ]
    with pytest.raises(StepError):
        runner.run(steps)
    assert ran == ["page"]


def test_both_failures_are_told(runner: Runner) -> None:
    with pytest.raises(StepError) as failed:
        runner.run([Step(name, f"making {name}", python("raise SystemExit(1)")) for name in ("a", "b")])
    assert "making a failed" in str(failed.value)
    assert "making b failed" in str(failed.value)


def test_each_step_is_told_when_it_begins_and_ends(runner: Runner, out: io.StringIO) -> None:
    runner.run([Step("data", "preparing the catalog", lambda _: None)])
    began, ended = out.getvalue().splitlines()
    assert began.endswith("preparing the catalog …")
    assert "done: preparing the catalog (" in ended


SCRIPT = """
import sys
from pathlib import Path
from bot.launch.steps import Runner, Step
child = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
step = Step("long", "long", lambda task: task.run([sys.executable, "-c", child, sys.argv[1] + "/pid"]))
try:
    Runner(Path(sys.argv[1])).run([step])
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_ends_what_runs(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=PROJECT, stdout=subprocess.DEVNULL)
    pid_file = tmp_path / "pid"
    for _ in range(400):
        if pid_file.exists() and pid_file.read_text():
            break
        time.sleep(0.05)
    child = int(pid_file.read_text())
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(30) == 130
    assert identity_of(child) is None
