"""How a message is spelt before it is encoded: one form for what looks or sounds the same."""

from __future__ import annotations

import re
import unicodedata

CHARACTERS = 400
"""Encoding costs grow with length, and what a message wants stands in its first sentences or its last."""
STRETCHED = re.compile(r"(\w)\1{3,}")
INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}


def normal(text: str) -> str:
    """`text` in lower case, full-width forms narrowed, invisible signs gone, "sooooo" as "soo", long text shortened."""
    spelt = unicodedata.normalize("NFKC", text[: 20 * CHARACTERS])
    seen = "".join(" " if unicodedata.category(c) in INVISIBLE else c for c in spelt)
    plain = STRETCHED.sub(r"\1\1", " ".join(seen.lower().split()))
    if len(plain) <= CHARACTERS:
        return plain
    return plain[: CHARACTERS // 2] + " " + plain[-CHARACTERS // 2 :]
