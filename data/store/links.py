"""Linking: a one-time code joins the chats of one person, who then has one history and one need on all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from data.need import Need
from data.store.conversations import fresh_id, locked_conversation
from data.store.schema import (
    Base,
    LinkCodeRow,
    LinkRow,
    MergeRow,
    NeedRow,
    SlateRow,
    User,
    now,
)


def offer_link(session: Session, conversation_id: str, digest: str, valid: timedelta) -> None:
    """Keeps the digest of a fresh code of the conversation; an earlier code of it, and all old ones, end."""
    locked_conversation(session, conversation_id)
    session.execute(
        delete(LinkCodeRow).where((LinkCodeRow.conversation_id == conversation_id) | (LinkCodeRow.expires_at <= now()))
    )
    session.add(LinkCodeRow(conversation_id=conversation_id, digest=digest, expires_at=now() + valid))


def offered_by(session: Session, digest: str) -> str | None:
    """The conversation whose valid code has that digest."""
    chosen = select(LinkCodeRow.conversation_id).where(LinkCodeRow.digest == digest, LinkCodeRow.expires_at > now())
    return session.scalar(chosen)


def link(session: Session, digest: str, conversation_id: str) -> bool:
    """Joins the conversation with the one whose code has that digest, and the two users; False without such a code.

    The code is used up. The need of the conversation that offered it goes on in this one.
    """
    offering = offered_by(session, digest)
    if offering is None or offering == conversation_id:
        return False
    first, second = (locked_conversation(session, each) for each in sorted((offering, conversation_id)))
    kept, merged = (first, second) if first.conversation_id == offering else (second, first)
    session.execute(delete(LinkCodeRow).where(LinkCodeRow.digest == digest))
    _merge(session, kept.user_id, merged.user_id)
    _join(session, offering, conversation_id)
    for pack in _packs(session, offering):
        _copy_need(session, offering, conversation_id, pack)
    return True


def follow_links(session: Session, conversation_id: str) -> None:
    """Takes over the need of a linked conversation, pack by pack, where something happened later than here."""
    linked = linked_with(session, conversation_id)
    for pack in sorted({pack for other in linked for pack in _packs(session, other)}):
        moments = {each: _moment(session, each, pack) for each in (conversation_id, *linked)}
        newest = max(moments, key=lambda each: moments[each] or _EVER)
        if (moments[newest] or _EVER) > (moments[conversation_id] or _EVER):
            _copy_need(session, newest, conversation_id, pack)


def linked_with(session: Session, conversation_id: str) -> Sequence[str]:
    """The other conversations that it is linked with."""
    own = select(LinkRow.link_id).where(LinkRow.conversation_id == conversation_id).scalar_subquery()
    chosen = select(LinkRow.conversation_id).where(LinkRow.link_id == own, LinkRow.conversation_id != conversation_id)
    return session.scalars(chosen).all()


def user_now(session: Session, user_id: str) -> str:
    """The user that this one was merged into, or itself."""
    merge = session.get(MergeRow, user_id)
    return user_id if merge is None else merge.user_id


_EVER = datetime.min.replace(tzinfo=now().tzinfo)


def _merge(session: Session, kept: str, merged: str) -> None:
    """Gives everything of one user to another, whatever table it is in."""
    if kept == merged:
        return
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table is User.__table__ for key in column.foreign_keys):
                session.execute(update(table).where(column == merged).values({column: kept}))
    session.add(MergeRow(merged_id=merged, user_id=kept))
    session.flush()
    session.expire_all()
    session.execute(delete(User).where(User.user_id == merged))


def _join(session: Session, one: str, other: str) -> None:
    """Puts both conversations, and all that either is linked with, under one link."""
    known = select(LinkRow.link_id).where(LinkRow.conversation_id.in_((one, other)))
    links = session.scalars(known).all()
    link_id = links[0] if links else fresh_id()
    session.execute(update(LinkRow).where(LinkRow.link_id.in_(links)).values(link_id=link_id))
    for conversation_id in (one, other):
        if session.get(LinkRow, conversation_id) is None:
            session.add(LinkRow(conversation_id=conversation_id, link_id=link_id))
    session.flush()


def _packs(session: Session, conversation_id: str) -> Sequence[str]:
    return session.scalars(select(NeedRow.pack).where(NeedRow.conversation_id == conversation_id).distinct()).all()


def _moment(session: Session, conversation_id: str, pack: str) -> datetime | None:
    """When the need changed or something was shown for it last."""
    changed, shown = (
        session.scalar(select(func.max(row.at)).where(row.conversation_id == conversation_id, row.pack == pack))
        for row in (NeedRow, SlateRow)
    )
    return max((moment for moment in (changed, shown) if moment is not None), default=None)


def _copy_need(session: Session, source: str, target: str, pack: str) -> None:
    """Adds the versions of the source's present need, with what was shown for them, to those of the target.

    They keep their moments, so that a copy is no newer than what it is a copy of, and is not copied back.
    """
    versions = session.scalars(_of(NeedRow, source, pack).order_by(NeedRow.version)).all()
    begin = versions[-1].begin
    offset = (
        session.scalar(select(func.max(NeedRow.version)).where(NeedRow.conversation_id == target, NeedRow.pack == pack))
        or 0
    ) + 1
    present = [row for row in versions if row.version >= begin]
    number = {row.version: offset + place for place, row in enumerate(present)}
    for row in present:
        need = dataclasses.replace(Need.from_dict(row.content), version=number[row.version])
        began = number.get(row.begin, offset if offset > 1 else 0)
        restores = number.get(row.restores, offset - 1) if row.restores is not None else None
        session.add(
            NeedRow(
                conversation_id=target,
                pack=pack,
                version=need.version,
                content=need.as_dict(),
                message_id=row.message_id,
                begin=began,
                restores=restores,
                at=row.at,
            )
        )
    for slate in session.scalars(_of(SlateRow, source, pack).order_by(SlateRow.slate_id)).all():
        if slate.need_version in number:
            shown = {"need_version": number[slate.need_version], "item_ids": list(slate.item_ids), "at": slate.at}
            session.add(SlateRow(conversation_id=target, pack=pack, **shown))
    session.flush()


def _of(row, conversation_id: str, pack: str) -> Select:  # type: ignore[no-untyped-def, type-arg]
    return select(row).where(row.conversation_id == conversation_id, row.pack == pack)
