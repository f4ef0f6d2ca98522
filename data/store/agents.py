"""The colleagues who may use the console."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from data.store.records import Agent
from data.store.schema import AgentRow


def set_agent(session: Session, name: str, password_hash: str) -> None:
    """Adds a colleague, or gives them another password: their sessions then end."""
    row = session.get(AgentRow, name, with_for_update=True)
    if row is None:
        session.add(AgentRow(name=name, password_hash=password_hash))
    else:
        row.password_hash, row.epoch = password_hash, row.epoch + 1


def find_agent(session: Session, name: str) -> Agent | None:
    """The colleague of that name, if there is one."""
    row = session.get(AgentRow, name)
    return None if row is None else Agent(row.name, row.password_hash, row.epoch)


def names(session: Session) -> list[str]:
    """Names of the colleagues, in alphabetical order."""
    return list(session.scalars(select(AgentRow.name).order_by(AgentRow.name)))


def end_sessions(session: Session, name: str) -> None:
    """Ends every session of the colleague."""
    session.execute(update(AgentRow).where(AgentRow.name == name).values(epoch=AgentRow.epoch + 1))


def remove_agent(session: Session, name: str) -> bool:
    """True when there was such a colleague."""
    result = session.execute(delete(AgentRow).where(AgentRow.name == name))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
