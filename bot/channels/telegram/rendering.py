"""Stored messages as Telegram shows them: texts, tables as lines, and a slate as one card that pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.references import reference
from bot.channels.telegram.html import LIMIT, bold, cut, escaped, length, lines_of, packed
from bot.channels.texts import Texts
from data.store import Conversation, StoredMessage

TITLE, LINE, BUTTON = 80, 200, 40
"""Longest title, line of a card and button, in UTF-16 units."""
ROW = 28
"""Characters of the buttons that share a row."""
MOST_ITEMS, MOST_REASONS, MOST_CHOICES = 15, 6, 40
Rows = list[list[InlineKeyboardButton]]


@dataclass(frozen=True)
class Part:
    """One message of Telegram."""

    text: str
    """Telegram's HTML."""
    keyboard: InlineKeyboardMarkup | None = None
    image: str = ""


@dataclass(frozen=True)
class Renderer:
    """Shows messages in the language of their conversation."""

    texts: Texts

    def parts(self, conversation: Conversation, message: StoredMessage) -> list[Part]:
        """The message as one or more parts; what can be pressed is below the last one."""
        if _items(message):
            shown = self.card(conversation, message, 0)
            before = packed(self._said(conversation, message)) if not self._is_together(conversation, message) else []
            return [*map(Part, before), shown]
        texts = packed([*self._said(conversation, message), *_table(message.content.get("compare"))])
        texts = texts or [escaped(self.texts.say("pick", conversation.language))]
        rows = _choices(conversation, message)
        return [*map(Part, texts[:-1]), Part(texts[-1], _keyboard(rows))]

    def card(self, conversation: Conversation, message: StoredMessage, page: int) -> Part:
        """The card of the item with that number (from 0; one that is not there gives the last)."""
        items = _items(message)
        page = min(page, len(items) - 1)
        said = [*self._said(conversation, message), ""] if self._is_together(conversation, message) else []
        text = "\n".join([*said, *_listed(items, page), "", *_described(items[page])]).strip()
        rows = [*_actions(conversation, message, page), *_paging(conversation, message, page, len(items))]
        image = str(items[page].get("image") or "")
        return Part(
            text,
            _keyboard([*rows, *_choices(conversation, message)]),
            image if image.startswith("https://") else "",
        )

    def _said(self, conversation: Conversation, message: StoredMessage) -> list[str]:
        by = [bold(self.texts.say("agent", conversation.language))] if message.sender == "agent" else []
        text = str(message.content.get("text") or "")
        return [*by, *lines_of(text)] if text.strip() else []

    def _is_together(self, conversation: Conversation, message: StoredMessage) -> bool:
        """True when the text and the largest card fit into one message, so that it is the same for every page."""
        items = _items(message)
        cards = ("\n".join([*_listed(items, page), "", *_described(items[page])]) for page in range(len(items)))
        return length("\n".join(self._said(conversation, message))) + max(map(length, cards)) + 2 <= LIMIT


def _items(message: StoredMessage) -> Sequence[Mapping[str, Any]]:
    return ((message.content.get("slate") or {}).get("items") or [])[:MOST_ITEMS]


def _listed(items: Sequence[Mapping[str, Any]], page: int) -> list[str]:
    """Every title with its number, so that "the second one" can be said; the one on the card in bold."""
    titles = [cut(str(item.get("title", "")), TITLE) for item in items]
    return [f"{n}. {bold(t) if n == page + 1 else escaped(t)}" for n, t in enumerate(titles, 1)]


def _described(item: Mapping[str, Any]) -> Iterator[str]:
    title, url = bold(cut(str(item.get("title", "")), TITLE)), str(item.get("url") or "")
    yield f'<a href="{escaped(url)}">{title}</a>' if url.startswith(("https://", "http://")) else title
    if item.get("subtitle"):
        yield escaped(cut(str(item["subtitle"]), LINE))
    for reason in (item.get("reasons") or ())[:MOST_REASONS]:
        if reason.get("text"):
            yield f"• {escaped(cut(str(reason['text']), LINE))}"


def _table(compare: Mapping[str, Any] | None) -> list[str]:
    """A compare table as one line a facet: a phone has no room for columns."""
    if not compare:
        return []
    heads = " – ".join(bold(cut(str(item.get("title", "")), TITLE)) for item in compare.get("items") or ())
    rows = [f"{bold(row.get('label') or '')}: {_row(row.get('values') or ())}" for row in compare.get("rows") or ()]
    return ["", heads, *rows]


def _row(values: Sequence[Any]) -> str:
    return " – ".join(escaped(cut(_worded(value), LINE)) for value in values)


def _worded(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_worded, value))
    return {True: "✓", False: "✗"}[value] if isinstance(value, bool) else "?" if value is None else str(value)


def _actions(conversation: Conversation, message: StoredMessage, page: int) -> Rows:
    actions = _items(message)[page].get("actions") or ()
    return _rows(conversation, message, [(str(a.get("title", "")), f"i{page}a{n}") for n, a in enumerate(actions)])


def _paging(conversation: Conversation, message: StoredMessage, page: int, count: int) -> Rows:
    if count < 2:
        return []
    back = [("◀", page - 1)] if page > 0 else []
    on = [("▶", page + 1)] if page < count - 1 else []
    places = [*back, (f"{page + 1}/{count}", page), *on]
    return [[_button(conversation, message, title, f"p{number}") for title, number in places]]


def _choices(conversation: Conversation, message: StoredMessage) -> Rows:
    choices = (message.content.get("choices") or ())[:MOST_CHOICES]
    return _rows(conversation, message, [(str(c.get("title", "")), f"c{n}") for n, c in enumerate(choices)])


def _rows(conversation: Conversation, message: StoredMessage, buttons: Sequence[tuple[str, str]]) -> Rows:
    """As many buttons in a row as a phone has room for."""
    rows: Rows = []
    room = 0
    for title, place in buttons:
        room -= _width(title)
        if not rows or room < 0:
            rows.append([])
            room = ROW - _width(title)
        rows[-1].append(_button(conversation, message, title, place))
    return rows


def _width(title: str) -> int:
    """About how much room a title takes: a Chinese character that of two letters, and its button some."""
    return sum(2 if character > "\u2e7f" else 1 for character in title) + 3


def _button(conversation: Conversation, message: StoredMessage, title: str, place: str) -> InlineKeyboardButton:
    data = reference(conversation.conversation_id, message.seq, place)
    return InlineKeyboardButton(text=cut(title, BUTTON) or "…", callback_data=data)


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
