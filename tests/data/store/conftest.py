"""A migrated store of its own for each test: SQLite, and PostgreSQL where TEST_POSTGRESQL_URL names a server.

TEST_POSTGRESQL_URL=postgresql://postgres@127.0.0.1:5432/postgres pytest tests/data/store
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from data.store import Conversation, Store

SERVER = os.environ.get("TEST_POSTGRESQL_URL", "")


@pytest.fixture(params=["sqlite", *(["postgresql"] if SERVER else [])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bot.db'}"
        return
    server, name = make_url(SERVER).set(drivername="postgresql+psycopg"), f"test_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def talk(store: Store) -> Conversation:
    return store.open_conversation("web")
