"""The store: one object through which the gateway and the action server keep everything that must not be lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from data.need import SELF, Need
from data.store import chats, conversations, handoffs, interactions, links, messages, needs, person
from data.store.database import Database
from data.store.desk import Desk
from data.store.records import (
    Chat,
    Conversation,
    Due,
    Feedback,
    NeedVersion,
    Received,
    Slate,
    StoredInteraction,
    StoredMessage,
    Taken,
)


class Store:
    """Each method is one transaction and raises StoreError; safe to call from threads and from several processes."""

    def __init__(self, database_url: str):
        """Opens no connection yet; `migrate` makes the tables."""
        self._database = Database(database_url)
        self.handoffs = Desk(self._database)
        """What colleagues do: requests taken, answered and given back."""

    def migrate(self) -> None:
        """Brings the tables to the newest version; harmless when they are there."""
        self._database.migrate()

    def close(self) -> None:
        """Ends all connections."""
        self._database.close()

    # Conversations

    def open_conversation(self, channel: str, user_id: str | None = None, locale: str = "en") -> Conversation:
        """A new conversation of that user; without one, of a new user."""
        with self._database.writing() as session:
            return conversations.open_conversation(session, channel, user_id, locale)

    def conversation(self, conversation_id: str) -> Conversation | None:
        """The conversation of that id, if there is one."""
        with self._database.reading() as session:
            return conversations.find_conversation(session, conversation_id)

    def set_owner(self, conversation_id: str, expected: str, new: str) -> bool:
        """Compare and set: True when the owner was `expected` and now is `new` (bot, waiting or human)."""
        with self._database.writing() as session:
            return conversations.set_owner(session, conversation_id, expected, new)

    def set_language(self, conversation_id: str, language: str) -> None:
        """Remembers the language of the person's last message."""
        with self._database.writing() as session:
            conversations.set_language(session, conversation_id, language)

    def identify(self, channel: str, external_id: str, locale: str = "en") -> str:
        """The user_id of whom `channel` calls `external_id`; a new user when nobody is."""
        with self._database.writing() as session:
            return conversations.identify(session, channel, external_id, locale)

    # Messages

    def add_message(
        self, conversation_id: str, sender: str, message: Mapping[str, Any], key: str | None = None
    ) -> StoredMessage:
        """Stores a message once: a key that is known gives the message it was stored as."""
        with self._database.writing() as session:
            return messages.add_message(session, conversation_id, sender, message, key)

    def messages(self, conversation_id: str, after: int = 0) -> list[StoredMessage]:
        """All messages with a number above `after`, in order."""
        with self._database.reading() as session:
            return messages.messages(session, conversation_id, after)

    def message(self, conversation_id: str, seq: int) -> StoredMessage | None:
        """The message of that number, if there is one."""
        with self._database.reading() as session:
            return messages.message(session, conversation_id, seq)

    def receive(
        self,
        conversation_id: str,
        key: str,
        message: Mapping[str, Any],
        work: Mapping[str, Any],
        language: str | None = None,
    ) -> Received:
        """Takes in a user's message, with the work it makes, once per key; `language` is the message's, if known."""
        with self._database.writing() as session:
            return messages.receive(session, conversation_id, key, message, work, language)

    def answer(
        self, conversation_id: str, key: str, answers: Sequence[Mapping[str, Any]], sender: str = "bot"
    ) -> list[StoredMessage]:
        """Stores the answers to a received message once; the bot's are dropped while a human owns the conversation."""
        with self._database.writing() as session:
            return messages.answer(session, conversation_id, key, answers, sender)

    def leave_to_human(self, conversation_id: str, key: str) -> bool:
        """Marks a received message as the human's to answer; False, changing nothing, when no human owns it now."""
        with self._database.writing() as session:
            return messages.leave_to_human(session, conversation_id, key)

    def say_first(self, conversation_id: str, key: str, message: Mapping[str, Any]) -> StoredMessage | None:
        """Stores what the bot says while it looks for its answer to a received message, once and only before that."""
        with self._database.writing() as session:
            return messages.say_first(session, conversation_id, key, message)

    def replies(self, conversation_id: str, seq: int) -> list[StoredMessage]:
        """The messages that answer message `seq`, in order."""
        with self._database.reading() as session:
            return messages.replies(session, conversation_id, seq)

    def take(self, conversation_id: str) -> Taken | None:
        """The oldest received message that waits for its answer; counts that its work is begun once more."""
        with self._database.writing() as session:
            return messages.take(session, conversation_id)

    def unanswered(self, channel: str | None = None) -> list[Received]:
        """Received messages without an answer, oldest first: the work that a crash left behind."""
        with self._database.reading() as session:
            return messages.unanswered(session, channel)

    # Chats and the outbox

    def open_chat(self, channel: str, address: str, external_id: str, locale: str = "en") -> Conversation:
        """The conversation that `channel` shows at that address; a new one, of whom it calls `external_id`, if none."""
        with self._database.writing() as session:
            return chats.open_chat(session, channel, address, external_id, locale)

    def chat(self, conversation_id: str) -> Chat | None:
        """Where the conversation is shown; None when its client reads it here."""
        with self._database.reading() as session:
            return chats.chat_of(session, conversation_id)

    def find_chat(self, channel: str, address: str) -> Conversation | None:
        """The conversation that `channel` shows at that address, if there is one."""
        with self._database.reading() as session:
            return chats.find_chat(session, channel, address)

    def unsent(self, channel: str) -> list[str]:
        """Ids of the channel's conversations that have messages to be sent, the one that waits longest first."""
        with self._database.reading() as session:
            return chats.unsent(session, channel)

    def due(self, conversation_id: str) -> Due | None:
        """The oldest message of the conversation that was not sent whole."""
        with self._database.reading() as session:
            return chats.due(session, conversation_id)

    def claim(self, delivery_id: int) -> bool:
        """Whether a message may be sent now; one of the bot is withdrawn once a human owns the conversation."""
        with self._database.writing() as session:
            return chats.claim(session, delivery_id)

    def record_sent(self, delivery_id: int, external_id: str, is_last: bool) -> None:
        """Keeps that the next part was sent and what the channel calls it; the last part ends the delivery."""
        with self._database.writing() as session:
            chats.record_sent(session, delivery_id, external_id, is_last)

    def give_up(self, delivery_id: int, reason: str) -> None:
        """Ends the delivery of a message that the channel does not take."""
        with self._database.writing() as session:
            chats.give_up(session, delivery_id, reason)

    # Linked chats

    def offer_link(self, conversation_id: str, digest: str, valid: timedelta) -> None:
        """Keeps the digest of a code by which another conversation may be linked with this one, instead of earlier."""
        with self._database.writing() as session:
            links.offer_link(session, conversation_id, digest, valid)

    def offered_by(self, digest: str) -> str | None:
        """The conversation whose valid code has that digest."""
        with self._database.reading() as session:
            return links.offered_by(session, digest)

    def link(self, digest: str, conversation_id: str) -> bool:
        """Links the conversation with the one whose code has that digest; their two users become one."""
        with self._database.writing() as session:
            return links.link(session, digest, conversation_id)

    def linked_with(self, conversation_id: str) -> Sequence[str]:
        """The conversations that a person has linked with it."""
        with self._database.reading() as session:
            return links.linked_with(session, conversation_id)

    def user_now(self, user_id: str) -> str:
        """The user that this one was merged into, or itself."""
        with self._database.reading() as session:
            return links.user_now(session, user_id)

    # Needs and slates

    def current_need(self, conversation_id: str, pack: str) -> Need | None:
        """The newest version of the need."""
        version = self.current_version(conversation_id, pack)
        return None if version is None else version.need

    def current_version(self, conversation_id: str, pack: str) -> NeedVersion | None:
        """The newest version of the need, with where it began."""
        with self._database.reading() as session:
            return needs.current_version(session, conversation_id, pack)

    def save_need(self, conversation_id: str, need: Need, message_id: str | None = None) -> None:
        """Keeps a version, and the message that led to it. Raises StoreError when that version is there already."""
        with self._database.writing() as session:
            needs.save_version(session, conversation_id, NeedVersion(need, message_id=message_id))

    def keep_turn(
        self,
        conversation_id: str,
        user_id: str,
        version: NeedVersion,
        feedback: Sequence[Feedback] = (),
        undone: str | None = None,
    ) -> None:
        """Keeps all that a turn does, or nothing of it: a version of the need, feedback, and what it takes back.

        The feedback is of whom the need is for.

        `undone` is the message whose feedback no longer counts. Raises StoreError when the version is there already.
        """
        pack = version.need.pack
        with self._database.writing() as session:
            needs.save_version(session, conversation_id, version)
            if undone is not None:
                interactions.withdraw_of_message(session, conversation_id, undone)
            for one in feedback:
                interactions.record_interaction(
                    session, user_id, pack, one.item_id, one.kind, one.rating, conversation_id, version.message_id,
                    version.need.for_whom,
                )  # fmt: skip

    def needs(self, conversation_id: str, pack: str) -> list[Need]:
        """Every version of the need, oldest first."""
        return [version.need for version in self.versions(conversation_id, pack)]

    def versions(self, conversation_id: str, pack: str) -> list[NeedVersion]:
        """Every version of the need as it is kept, oldest first."""
        with self._database.reading() as session:
            return needs.versions(session, conversation_id, pack)

    def version_of_message(self, conversation_id: str, message_id: str) -> NeedVersion | None:
        """The version that this message led to, if it was stored before (a message may come again after a crash)."""
        with self._database.reading() as session:
            return needs.version_of_message(session, conversation_id, message_id)

    def current_pack(self, conversation_id: str) -> str | None:
        """The pack whose need changed last or whose items were shown last."""
        with self._database.reading() as session:
            return needs.current_pack(session, conversation_id)

    def save_slate(self, conversation_id: str, pack: str, need_version: int, item_ids: Sequence[str]) -> None:
        """Keeps what was shown for a version of the need."""
        with self._database.writing() as session:
            needs.save_slate(session, conversation_id, pack, need_version, item_ids)

    def last_slate(self, conversation_id: str, pack: str | None = None) -> Slate | None:
        """What was shown last, of any pack or of one."""
        with self._database.reading() as session:
            return needs.last_slate(session, conversation_id, pack)

    def slate_of(self, conversation_id: str, pack: str, need_version: int) -> Slate | None:
        """What was shown last for one version of the need."""
        with self._database.reading() as session:
            return needs.slate_of(session, conversation_id, pack, need_version)

    def shown_items(
        self, conversation_id: str, pack: str, since_need_version: int | None = None, for_whom: str | None = None
    ) -> list[str]:
        """Ids of all items shown (for that version of the need and later ones; for somebody), first shown first."""
        with self._database.reading() as session:
            return needs.shown_items(session, conversation_id, pack, since_need_version, for_whom)

    # Interactions

    def record_interaction(
        self,
        user_id: str,
        pack: str,
        item_id: str,
        kind: str,
        rating: float | None = None,
        conversation_id: str | None = None,
        message_id: str | None = None,
    ) -> None:
        """Keeps a like, dislike, seen or rating (with its value), and the message that said so."""
        with self._database.writing() as session:
            interactions.record_interaction(session, user_id, pack, item_id, kind, rating, conversation_id, message_id)

    def interactions(self, user_id: str, pack: str, for_whom: str = SELF) -> list[StoredInteraction]:
        """The user's last interaction with each item, in time order; or what they told of somebody else."""
        with self._database.reading() as session:
            return interactions.interactions(session, user_id, pack, for_whom)

    def profiles(self, user_id: str, pack: str) -> dict[str, list[StoredInteraction]]:
        """The same for everybody whom the user told something about."""
        with self._database.reading() as session:
            return interactions.profiles(session, user_id, pack)

    def withdraw_interactions(self, user_id: str, pack: str, item_id: str) -> int:
        """Takes back all that the user did with an item; says how many interactions that were."""
        with self._database.writing() as session:
            return interactions.withdraw_interactions(session, user_id, pack, item_id)

    def forget(self, user_id: str, pack: str, item_ids: Sequence[str] | None, change: Callable[[Need], Need]) -> None:
        """Deletes what the user did with these items (None: with all) and rewrites every version of their needs."""
        with self._database.writing() as session:
            interactions.delete_interactions(session, user_id, pack, item_ids)
            needs.rewrite(session, user_id, pack, change)
        self._database.forget_deleted()

    # Handoff, feedback, the person

    def request_handoff(self, conversation_id: str, reason: str, packet: Mapping[str, Any]) -> str:
        """Asks for a human and returns the request's id; the bot's conversation then is `waiting`."""
        with self._database.writing() as session:
            return handoffs.request_handoff(session, conversation_id, reason, packet)

    def record_feedback(self, conversation_id: str, kind: str, text: str = "", seq: int | None = None) -> None:
        """Keeps what a person said about the bot, or about its message `seq`."""
        with self._database.writing() as session:
            handoffs.record_feedback(session, conversation_id, kind, text, seq)

    def conversations_of(self, user_id: str) -> list[str]:
        """Ids of the user's conversations."""
        with self._database.reading() as session:
            return person.conversations_of(session, user_id)

    def everything_about(self, user_id: str) -> dict[str, Any]:
        """JSON of all that is stored about a user; empty when nobody is known by that id."""
        with self._database.reading() as session:
            return person.everything_about(session, user_id)

    def erase(self, user_id: str) -> bool:
        """Deletes a user with all that belongs to them; True when there was such a user."""
        with self._database.writing() as session:
            was_known = person.erase(session, user_id)
        self._database.forget_deleted()
        return was_known
