"""The connection to the database: SQLite that several processes write to, or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from data.store.errors import StoreError

BUSY_TIMEOUT_MS = 10_000
BUSY_RETRY_S = 0.02
PRIMARY_CODE = 0xFF  # the upper bits of a SQLite error code only say more of the same error
MIGRATIONS = Path(__file__).parent / "migrations"
POSTGRESQL = "postgresql+psycopg"


class Database:
    """An engine with its two kinds of transactions."""

    def __init__(self, database_url: str):
        self.url = _normalised(database_url)
        try:
            self.engine = _engine(self.url)
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise StoreError(f"database {self.url}: cannot be used: {error}") from error
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        self._writing = sessionmaker(self.engine.execution_options(is_writing=True), expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one state of the database. Raises StoreError."""
        with self._wrapped(), self._reading.begin() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that waits for its turn to write, and is undone by any exception. Raises StoreError."""
        with self._wrapped(), self._writing.begin() as session:
            yield session

    def migrate(self) -> None:
        """Brings the tables to the newest version; processes that start together wait for each other."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self._wrapped(), self.engine.execution_options(is_writing=True).begin() as connection:
            if self.url.get_backend_name() == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(727469)")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def forget_deleted(self) -> None:
        """Leaves no deleted text in SQLite's write-ahead log, as far as other readers let it."""
        if self.url.get_backend_name() != "sqlite":
            return
        with self._wrapped(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Ends all connections."""
        self.engine.dispose()

    @contextmanager
    def _wrapped(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"database {self.url}: {type(error).__name__}: {cause}") from error


def _normalised(database_url: str) -> URL:
    """The URL with the driver that the project has. Raises StoreError for what is no URL or holds no file."""
    try:
        url = make_url(database_url)
    except SQLAlchemyError as error:
        raise StoreError("database: DATABASE_URL is not a URL; an example is sqlite:////srv/bot.db") from error
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername=POSTGRESQL)
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise StoreError(f"database {url}: two processes share the store, so it must be a file: sqlite:////srv/bot.db")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    connect = {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(url, hide_parameters=True, connect_args=connect)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Full synchronisation, because what was acknowledged must survive a power cut too."""
    connection.isolation_level = None  # transactions begin in _begin_sqlite, not in the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _log_ahead(cursor)
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _log_ahead(cursor: Any) -> None:
    """Turns the write-ahead log on, waiting here for the others: SQLite's own timeout does not cover this change."""
    give_up_at = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(BUSY_RETRY_S)


def _begin_sqlite(connection: Connection) -> None:
    """Writers queue at the start: a reader that turns writer would fail at once instead of waiting."""
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
