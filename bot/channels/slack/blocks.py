"""Stored messages in Block Kit: plain and rich text only, so that nothing anybody says is read as markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.references import reference
from bot.channels.slack.words import escaped
from bot.channels.texts import Texts
from data.store import Conversation, StoredMessage

SECTION, BUTTON, TITLE, LINE, FALLBACK = 3000, 75, 150, 300, 3000
"""Longest text of a section, a button, a title, a line of a card and the fallback."""
MOST_SECTIONS, MOST_ITEMS, MOST_REASONS, MOST_BUTTONS = 8, 15, 6, 25
"""A message of Slack has at most 50 blocks."""
MARK = "✓ "
Block = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One message of Slack."""

    text: str
    """What notifications and screen readers say."""
    blocks: list[Block]


@dataclass(frozen=True)
class Renderer:
    """Shows messages in the language of their conversation."""

    texts: Texts

    def parts(self, conversation: Conversation, message: StoredMessage) -> list[Part]:
        """The message as one or more parts: what is longer than a part holds comes before what can be pressed."""
        sections = _sections(self._said(conversation, message))
        rest = [*_table(message), *_cards(conversation, message), *_choices(conversation, message)]
        if not sections and (not rest or rest[0]["type"] == "actions"):
            sections = _sections(self.texts.say("pick", conversation.language))
        groups = [sections[at : at + MOST_SECTIONS] for at in range(0, len(sections), MOST_SECTIONS)] or [[]]
        groups[-1] = [*groups[-1], *rest]
        return [Part(_fallback(message, group), group) for group in groups]

    def _said(self, conversation: Conversation, message: StoredMessage) -> str:
        text = str(message.content.get("text") or "").strip()
        by = self.texts.say("agent", conversation.language) if message.sender == "agent" else ""
        return f"{by}: {text}" if by and text else text


def plain(text: str, limit: int) -> Block:
    """A text object without markup, cut to what its place holds."""
    return {"type": "plain_text", "text": text if len(text) <= limit else text[: limit - 1] + "…", "emoji": False}


def button(title: str, action_id: str, value: str) -> Block:
    """A button; `action_id` must be the only one of its name in a message."""
    return {"type": "button", "action_id": action_id, "text": plain(title or "…", BUTTON), "value": value}


def clicked(blocks: Sequence[Block], action_id: str) -> list[Block]:
    """The blocks after a click: quick replies give way to the one that was chosen, a card's button gets a mark."""
    return [_clicked(block, action_id) for block in blocks]


def _clicked(block: Block, action_id: str) -> Block:
    pressed = [each for each in block.get("elements", ()) if each.get("action_id") == action_id]
    if block.get("type") != "actions" or not pressed:
        return block
    title = MARK + str(pressed[0]["text"]["text"]).removeprefix(MARK)
    if action_id.startswith("c"):
        return {"type": "context", "elements": [plain(title, BUTTON)]}
    marked = [{**each, "text": plain(title, BUTTON)} if each in pressed else each for each in block["elements"]]
    return {**block, "elements": marked}


def _sections(text: str) -> list[Block]:
    """The text in sections that end with a line or a word where they can."""
    sections = []
    while text:
        end = len(text)
        if end > SECTION:
            end = next((at for sign in ("\n", " ") if (at := text.rfind(sign, 1, SECTION)) > 0), SECTION)
        if piece := text[:end].strip():
            sections.append({"type": "section", "text": plain(piece, SECTION)})
        text = text[end:].lstrip()
    return sections


def _cards(conversation: Conversation, message: StoredMessage) -> list[Block]:
    blocks: list[Block] = []
    for number, item in enumerate(_items(message)):
        card = {"type": "rich_text_section", "elements": _card(number, item)}
        blocks.append({"type": "rich_text", "elements": [card]})
        buttons = [(str(a.get("title", "")), f"i{number}a{n}") for n, a in enumerate(item.get("actions") or ())]
        blocks += _buttons(conversation, message, buttons)
    return blocks


def _card(number: int, item: Mapping[str, Any]) -> list[Block]:
    title, url = str(item.get("title") or "…")[:TITLE], str(item.get("url") or "")
    linked = {"type": "link", "url": url} if url.startswith(("https://", "http://")) else {"type": "text"}
    reasons = [str(r.get("text") or "") for r in (item.get("reasons") or ())[:MOST_REASONS]]
    lines = [str(item.get("subtitle") or ""), *(f"• {reason}" for reason in reasons if reason)]
    below = "".join(f"\n{line[:LINE]}" for line in lines if line)
    head: list[Block] = [
        {"type": "text", "text": f"{number + 1}. "},
        {**linked, "text": title, "style": {"bold": True}},
    ]
    return [*head, *([{"type": "text", "text": below}] if below else [])]


def _table(message: StoredMessage) -> list[Block]:
    compare = message.content.get("compare") or {}
    heads = " – ".join(str(item.get("title", "")) for item in compare.get("items") or ())
    rows = [f"{row.get('label')}: {_row(row.get('values') or ())}" for row in compare.get("rows") or ()]
    return _sections("\n".join([heads, *rows]).strip())[:MOST_SECTIONS]


def _row(values: Sequence[Any]) -> str:
    return " – ".join(map(_worded, values))


def _worded(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_worded, value))
    return {True: "✓", False: "✗"}[value] if isinstance(value, bool) else "?" if value is None else str(value)


def _choices(conversation: Conversation, message: StoredMessage) -> list[Block]:
    choices = message.content.get("choices") or ()
    return _buttons(conversation, message, [(str(c.get("title", "")), f"c{n}") for n, c in enumerate(choices)])


def _buttons(conversation: Conversation, message: StoredMessage, buttons: Sequence[tuple[str, str]]) -> list[Block]:
    elements = [
        button(title, place, reference(conversation.conversation_id, message.seq, place))
        for title, place in buttons[:MOST_BUTTONS]
    ]
    return [{"type": "actions", "elements": elements}] if elements else []


def _items(message: StoredMessage) -> Sequence[Mapping[str, Any]]:
    return ((message.content.get("slate") or {}).get("items") or [])[:MOST_ITEMS]


def _fallback(message: StoredMessage, blocks: Sequence[Block]) -> str:
    said = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    titles = [f"{n}. {item.get('title', '')}" for n, item in enumerate(_items(message), 1)]
    return escaped("\n".join([*said, *titles])[:FALLBACK]) or "…"
