"""What people typed in Slack, without Slack's own notation."""

from __future__ import annotations

import html
import re

REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def typed(text: str) -> str:
    """The words: mentions of people are left out, channels and links become what was shown for them."""
    return html.unescape(REFERENCE.sub(_shown, text)).strip()


def escaped(text: str) -> str:
    """The text with the three signs escaped that Slack reads, so that nobody is mentioned and nothing is linked."""
    return html.escape(text, quote=False)


def _shown(found: re.Match[str]) -> str:
    sign, target, label = found.groups()
    if sign == "@":
        return ""
    return label or ("" if sign else target)
