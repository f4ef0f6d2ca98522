"""A slate, a need and choices as the action server sends them, for the tests of the page."""

from __future__ import annotations

from typing import Any

Wire = dict[str, Any]
KINDS = {"like": "I like it", "dislike": "Not for me", "seen": "Seen it", "explain": "Why this one?"}


def film(item_id: str, title: str, subtitle: str = "", **parts: Any) -> Wire:
    """One item of a slate with all four buttons."""
    actions = [{"kind": kind, "title": words, "payload": f"{kind}-{item_id}"} for kind, words in KINDS.items()]
    return {
        "item_id": item_id, "title": title, "subtitle": subtitle, "facets": {}, "reasons": [], "actions": actions,
        **parts,
    }  # fmt: skip


def chips(*titles: str) -> Wire:
    """A need that shows as these chips."""
    return {"version": 1, "pack": "movies", "chips": [{"title": title, "payload": f"drop-{title}"} for title in titles]}


SLATE: Wire = {
    "type": "slate",
    "text": "Five funny animated films from the nineties, the best rated first:",
    "need": chips("comedy", "animation", "1990–1999"),
    "choices": [{"title": "Show me more", "payload": "more"}, {"title": "Something newer", "payload": "newer"}],
    "slate": {
        "eligible": 37,
        "items": [
            film(
                "169", "The Wrong Trousers", "1993 · animation, comedy", url="https://example.org/169",
                facets={
                    "genre": ["Animation", "Comedy"], "year": 1993, "rating": 4.47, "runtime": 30, "colour": True,
                    "awards": None,
                },
                reasons=[
                    {"kind": "constraint", "text": "Animated, funny, from 1993"},
                    {"kind": "taste", "text": "People who love A Close Shave love this too"},
                    {"kind": "popular", "text": "118 people rated it, 4.5 on average"},
                ],
            ),
            film(
                "408", "A Close Shave", "1995 · animation, comedy, thriller",
                facets={"genre": ["Animation", "Comedy", "Thriller"], "rating": 4.49},
                reasons=[{"kind": "similar", "text": "Close to The Wrong Trousers"}],
            ),
            film(
                "1", "Toy Story", "1995 · animation, children's, comedy",
                facets={"genre": ["Animation", "Children's", "Comedy"], "rating": 3.88},
                reasons=[{"kind": "popular", "text": "452 people rated it"}],
            ),
            film("588", "Aladdin", "1992 · animation, children's, musical", facets={"rating": 3.81, "city": "Agrabah"}),
        ],
    },
}  # fmt: skip

COMPARE: Wire = {
    "type": "compare",
    "text": "Side by side; what differs is marked.",
    "compare": {
        "items": [{"item_id": "169", "title": "The Wrong Trousers"}, {"item_id": "408", "title": "A Close Shave"}],
        "rows": [
            {"facet": "year", "label": "year", "values": [1993, 1995], "differs": True},
            {
                "facet": "genre",
                "label": "genre",
                "values": [["Animation", "Comedy"], ["Animation", "Comedy", "Thriller"]],
                "differs": True,
            },
            {"facet": "language", "label": "language", "values": ["English", "English"], "differs": False},
        ],
    },
}
