"""What colleagues do in the store: the handoffs and the colleagues themselves, each method one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.store import agents, handoffs
from data.store.database import Database
from data.store.records import Agent, Handoff, Note, StoredMessage

Message = Mapping[str, Any]


class Desk:
    """Each method is one transaction and raises StoreError; safe to call from threads and from several processes."""

    def __init__(self, database: Database):
        self._database = database

    def find(self, handoff_id: str) -> Handoff | None:
        """The handoff of that id, if there is one."""
        with self._database.reading() as session:
            return handoffs.find(session, handoff_id)

    def active_of(self, conversation_id: str) -> Handoff | None:
        """The open or taken handoff of the conversation, if there is one."""
        with self._database.reading() as session:
            return handoffs.active_of(session, conversation_id)

    def active(self) -> list[Handoff]:
        """Every open or taken handoff, the oldest first."""
        with self._database.reading() as session:
            return handoffs.active(session)

    def with_desk(self) -> list[Handoff]:
        """Every handoff that an outside desk has not been told the end of, the oldest first."""
        with self._database.reading() as session:
            return handoffs.with_desk(session)

    def take(self, handoff_id: str, agent: str, notice: Message) -> bool:
        """Compare and set: True when the handoff was open, or this colleague's already, and now is theirs."""
        with self._database.writing() as session:
            return handoffs.take(session, handoff_id, agent, notice)

    def say(self, handoff_id: str, agent: str, message: Message, key: str) -> StoredMessage | None:
        """A message of the colleague who has the handoff, stored once per key; None when it is not theirs."""
        with self._database.writing() as session:
            return handoffs.say(session, handoff_id, agent, message, key)

    def give_back(
        self, handoff_id: str, agent: str | None, outcome: str, notice: Message, work: dict[str, Any]
    ) -> bool:
        """Ends a colleague's hold (None: anybody's); `released` puts the handoff back into the queue."""
        with self._database.writing() as session:
            return handoffs.give_back(session, handoff_id, agent, outcome, notice, work)

    def end_waiting(self, conversation_id: str, outcome: str) -> bool:
        """Ends a request that nobody took; True when there was one."""
        with self._database.writing() as session:
            return handoffs.end_waiting(session, conversation_id, outcome)

    def offer(self, handoff: Handoff, message: Message) -> bool:
        """Tells the person that nobody has come; False when something happened since `handoff` was read."""
        with self._database.writing() as session:
            return handoffs.offer(session, handoff, message)

    def set_message_state(self, conversation_id: str, state: str) -> bool:
        """Notes that a message to leave was `asked` for or `left`; True when a request waits."""
        with self._database.writing() as session:
            return handoffs.set_message_state(session, conversation_id, state)

    def keep_desk(self, handoff_id: str, desk: Mapping[str, Any]) -> None:
        """Adds to what an outside desk keeps about the handoff."""
        with self._database.writing() as session:
            handoffs.keep_desk(session, handoff_id, desk)

    def add_note(self, handoff_id: str, agent: str, text: str) -> None:
        """Keeps a note for colleagues."""
        with self._database.writing() as session:
            handoffs.add_note(session, handoff_id, agent, text)

    def notes(self, handoff_id: str) -> list[Note]:
        """The notes of a handoff, oldest first."""
        with self._database.reading() as session:
            return handoffs.notes(session, handoff_id)

    def set_agent(self, name: str, password_hash: str) -> None:
        """Adds a colleague, or gives them another password: their sessions then end."""
        with self._database.writing() as session:
            agents.set_agent(session, name, password_hash)

    def agent(self, name: str) -> Agent | None:
        """The colleague of that name, if there is one."""
        with self._database.reading() as session:
            return agents.find_agent(session, name)

    def agents(self) -> list[str]:
        """Names of the colleagues."""
        with self._database.reading() as session:
            return agents.names(session)

    def end_sessions(self, name: str) -> None:
        """Ends every session of the colleague."""
        with self._database.writing() as session:
            agents.end_sessions(session, name)

    def remove_agent(self, name: str) -> bool:
        """True when there was such a colleague."""
        with self._database.writing() as session:
            return agents.remove_agent(session, name)
