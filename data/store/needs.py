"""Needs and slates: every version of what a person wanted, and what they were shown for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.need import Need
from data.store.conversations import locked_conversation
from data.store.errors import StoreError
from data.store.records import NeedVersion, Slate
from data.store.schema import ConversationRow, NeedRow, SlateRow


def save_version(session: Session, conversation_id: str, version: NeedVersion) -> None:
    """Keeps a version of the need. Raises StoreError when that version is there already."""
    locked_conversation(session, conversation_id)
    need = version.need
    session.add(
        NeedRow(
            conversation_id=conversation_id,
            pack=need.pack,
            version=need.version,
            content=need.as_dict(),
            message_id=version.message_id,
            begin=version.begin,
            restores=version.restores,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        where = f"conversation {conversation_id!r}: need for pack {need.pack!r}"
        raise StoreError(f"{where}: version {need.version} is stored already") from error


def current_version(session: Session, conversation_id: str, pack: str) -> NeedVersion | None:
    """The newest version."""
    chosen = select(NeedRow).where(NeedRow.conversation_id == conversation_id, NeedRow.pack == pack)
    row = session.scalars(chosen.order_by(NeedRow.version.desc()).limit(1)).first()
    return None if row is None else _version(row)


def versions(session: Session, conversation_id: str, pack: str) -> list[NeedVersion]:
    """Every version, oldest first."""
    chosen = select(NeedRow).where(NeedRow.conversation_id == conversation_id, NeedRow.pack == pack)
    return [_version(row) for row in session.scalars(chosen.order_by(NeedRow.version))]


def version_of_message(session: Session, conversation_id: str, message_id: str) -> NeedVersion | None:
    """The version that this message led to, if it was stored: a message that comes again need not be applied again."""
    chosen = select(NeedRow).where(NeedRow.conversation_id == conversation_id, NeedRow.message_id == message_id)
    row = session.scalars(chosen.order_by(NeedRow.at.desc(), NeedRow.version.desc()).limit(1)).first()
    return None if row is None else _version(row)


def _version(row: NeedRow) -> NeedVersion:
    return NeedVersion(Need.from_dict(row.content), row.begin, row.restores, row.message_id, row.at)


def rewrite(session: Session, user_id: str, pack: str, change: Callable[[Need], Need]) -> None:
    """Replaces every version that the user's conversations ever had: what is forgotten must not come back."""
    owned = select(ConversationRow.conversation_id).where(ConversationRow.user_id == user_id)
    chosen = select(NeedRow).where(NeedRow.conversation_id.in_(owned), NeedRow.pack == pack)
    for row in session.scalars(chosen).all():
        row.content = change(Need.from_dict(row.content)).as_dict()


def current_pack(session: Session, conversation_id: str) -> str | None:
    """The pack whose need changed last or whose items were shown last."""
    changed = select(NeedRow.at, NeedRow.pack).where(NeedRow.conversation_id == conversation_id)
    shown = select(SlateRow.at, SlateRow.pack).where(SlateRow.conversation_id == conversation_id)
    newest = [
        session.execute(changed.order_by(NeedRow.at.desc(), NeedRow.version.desc()).limit(1)).first(),
        session.execute(shown.order_by(SlateRow.slate_id.desc()).limit(1)).first(),
    ]
    last = max((row for row in newest if row is not None), key=lambda row: row.at, default=None)
    return None if last is None else str(last.pack)


def save_slate(session: Session, conversation_id: str, pack: str, need_version: int, item_ids: Sequence[str]) -> None:
    """Keeps what was shown."""
    locked_conversation(session, conversation_id)
    row = SlateRow(
        conversation_id=conversation_id, pack=pack, need_version=need_version, item_ids=[str(i) for i in item_ids]
    )
    session.add(row)


def last_slate(session: Session, conversation_id: str, pack: str | None) -> Slate | None:
    """What was shown last, of any pack or of one."""
    chosen = select(SlateRow).where(SlateRow.conversation_id == conversation_id)
    if pack is not None:
        chosen = chosen.where(SlateRow.pack == pack)
    row = session.scalars(chosen.order_by(SlateRow.slate_id.desc()).limit(1)).first()
    return None if row is None else Slate(row.pack, row.need_version, tuple(row.item_ids), row.at)


def slate_of(session: Session, conversation_id: str, pack: str, need_version: int) -> Slate | None:
    """What was shown last for one version of the need."""
    chosen = select(SlateRow).where(
        SlateRow.conversation_id == conversation_id, SlateRow.pack == pack, SlateRow.need_version == need_version
    )
    row = session.scalars(chosen.order_by(SlateRow.slate_id.desc()).limit(1)).first()
    return None if row is None else Slate(row.pack, row.need_version, tuple(row.item_ids), row.at)


def shown_items(
    session: Session, conversation_id: str, pack: str, since_need_version: int | None, for_whom: str | None
) -> list[str]:
    """Ids of all items shown, each once, in the order they were first shown; with `for_whom` only those for them."""
    chosen = select(SlateRow).where(SlateRow.conversation_id == conversation_id, SlateRow.pack == pack)
    if since_need_version is not None:
        chosen = chosen.where(SlateRow.need_version >= since_need_version)
    if for_whom is not None:
        others = [v.need.version for v in versions(session, conversation_id, pack) if v.need.for_whom != for_whom]
        chosen = chosen.where(SlateRow.need_version.not_in(others))
    slates = session.scalars(chosen.order_by(SlateRow.slate_id))
    return list(dict.fromkeys(item_id for slate in slates for item_id in slate.item_ids))
