"""The database under the store: migrations, several processes, errors."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text

from data.settings import PROJECT
from data.store import Store, StoreError
from data.store.database import Database
from data.store.schema import Base

WRITER = """
import sys
from data.store import Store
store = Store(sys.argv[1])
store.migrate()
for number in range(60):
    store.receive(sys.argv[2], f"{sys.argv[3]}-{number}", {"type": "text", "text": str(number)}, {})
    store.record_interaction(sys.argv[4], "movies", f"{sys.argv[3]}-{number}", "seen")
"""
MIGRATOR = "import sys; from data.store import Store; Store(sys.argv[1]).migrate()"


def _start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=PROJECT, stderr=subprocess.PIPE, text=True)


def _errors(processes: list[subprocess.Popen[str]]) -> list[str]:
    return [error for process in processes if (error := process.communicate(timeout=120)[1]) or process.returncode]


def test_the_migrations_make_the_tables_that_are_declared(store: Store, url: str) -> None:
    with create_engine(make_url(url)).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    talk = store.open_conversation("web")
    store.migrate()
    assert store.conversation(talk.conversation_id) == talk


def test_processes_that_start_together_migrate_once(url: str) -> None:
    assert _errors([_start(MIGRATOR, url) for _ in range(3)]) == []
    Store(url).open_conversation("web")


def test_a_store_opened_while_another_writes_waits_instead_of_failing(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with sqlite3.connect(path, check_same_thread=False, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
        release.start()
        Store(f"sqlite:///{path}").migrate()
        release.join()
    other.close()
    Store(f"sqlite:///{path}").open_conversation("web")


def test_two_processes_write_to_one_file_and_lose_nothing(store: Store, url: str) -> None:
    talk = store.open_conversation("web")
    writers = [_start(WRITER, url, talk.conversation_id, name, talk.user_id) for name in ("gateway", "actions")]
    assert _errors(writers) == []
    assert [message.seq for message in store.messages(talk.conversation_id)] == list(range(1, 121))
    assert len(store.interactions(talk.user_id, "movies")) == 120


def test_a_failed_transaction_leaves_nothing_behind(store: Store) -> None:
    talk = store.open_conversation("web")
    with pytest.raises(StoreError):
        store.answer(talk.conversation_id, "never received", [{"type": "text", "text": "x"}])
    assert store.messages(talk.conversation_id) == []


def test_sqlite_runs_in_wal_mode(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path / 'wal.db'}").migrate()
    with create_engine(f"sqlite:///{tmp_path / 'wal.db'}").connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_store_without_tables_says_so_in_its_own_error(url: str) -> None:
    with pytest.raises(StoreError, match="Error: .*users"):
        Store(url).open_conversation("web")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="so it must be a file"):
        Store(url)


def test_what_is_no_url_is_refused_without_being_quoted() -> None:
    with pytest.raises(StoreError, match="DATABASE_URL is not a URL") as refusal:
        Store("password-pasted-by-mistake")
    assert "password" not in str(refusal.value)


def test_a_file_that_is_no_database_is_the_stores_own_error(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("this is not a database, but it is long enough to look at" * 10)
    with pytest.raises(StoreError, match="file is not a database"):
        Store(f"sqlite:///{tmp_path / 'bot.db'}").migrate()


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_postgresql_is_spoken_to_through_the_driver_we_have(url: str) -> None:
    assert Database(url).url.drivername == "postgresql+psycopg"
