"""Film titles as MovieLens writes them ("Usual Suspects, The (1995)") → as people write them, other names apart."""

from __future__ import annotations

import re

ARTICLES = (
    "The",
    "A",
    "An",
    "La",
    "Le",
    "Les",
    "L'",
    "Un",
    "Une",
    "El",
    "Los",
    "Las",
    "Il",
    "Lo",
    "Das",
    "Der",
    "Die",
    "Det",
    "O",
)
_INVERTED = re.compile(rf"^(?P<rest>.+), (?P<article>{'|'.join(ARTICLES)})$")
_OTHER_NAME = re.compile(r"\((?:a\.?k\.?a\.? )?(?P<name>[^()]*[^()\d\s][^()]*)\)")
_YEAR = re.compile(r"\s*\((\d{4})\)")


def spoken(title: str) -> str:
    """The title with its article in front: "Usual Suspects, The" → "The Usual Suspects"."""
    match = _INVERTED.match(title.strip())
    if not match:
        return title.strip()
    article = match["article"]
    return f"{article}{'' if article.endswith(chr(39)) else ' '}{match['rest']}"


def split_title(raw: str) -> tuple[str, tuple[str, ...], int | None]:
    """Title, other names and year: "Hate (Haine, La) (1995)" → ("Hate", ("La Haine",), 1995)."""
    year = _YEAR.search(raw)
    without_year = _YEAR.sub("", raw)
    names = tuple(spoken(match["name"]) for match in _OTHER_NAME.finditer(without_year))
    title = re.sub(r"\s+", " ", _OTHER_NAME.sub("", without_year)).strip()
    return spoken(title), names, int(year[1]) if year else None
