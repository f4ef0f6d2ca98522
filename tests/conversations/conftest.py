"""The trained assistant in this process, with the real action server and a ranker that scores by popularity."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

if importlib.util.find_spec("rasa") is None:  # these tests run under Rasa's Python, as `make test` starts them
    collect_ignore_glob = ["test_*.py"]
else:
    from tests.conversations.person import Person, Talk
    from tests.conversations.servers import Servers


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Trains what is not trained yet, starts the servers, and stops them at the end."""
    with Servers.started(tmp_path_factory.mktemp("conversations")) as servers:
        yield Talk.with_assistant(servers.settings)


@pytest.fixture
def person(talk: Talk, request: pytest.FixtureRequest) -> Person:
    """Somebody who was never here."""
    return Person(talk, f"conversation of {Path(request.node.nodeid).name}")
