"""Instructions for training and measuring: what a person could have said who then chose a given item."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.catalog import Catalog
from data.need import Constraint
from recommender.training.phrasebook import Level, Phrasebook, say
from recommender.training.phrasing import Phrasing
from recommender.training.wishes import Wish, Wishes

MISHEARD = 0.25
"""Share of instructions of which only a part is heard: there the text has to carry what is missing."""
SHARES = {"none": 0.06, "vague": 0.29, "specific": 0.4, "negation": 0.25}
"""How often each intention is drawn; a negation has a vague or a specific intention besides."""
DROPPED: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"relative"}),
    frozenset({"taste"}),
    frozenset({"relative", "taste"}),
    frozenset({"relative", "likes"}),
    frozenset({"relative", "likes", "taste"}),
    frozenset({"relative", "likes", "taste", "unwanted"}),
)
"""What is left unsaid where no template can say all, the least loss first."""


@dataclass(frozen=True)
class Instruction:
    """One request and the item (position in the catalog) that its author chose."""

    text: str
    language: str
    constraints: tuple[Constraint, ...]
    """What the text says; the target meets every one, `prefer` too."""
    likes: tuple[int, ...]
    """Positions of the items that it names as liked."""
    target: int
    level: str
    """vague, specific, or negation where something is unwanted."""
    heard: tuple[Constraint, ...]
    """What training is told of the constraints: at times a part, as no reader hears everything."""
    preference: str
    """As InstructRec has it: none, implicit (items are named), explicit (a lasting taste is)."""
    intention: str
    """none, vague (one wish) or specific."""
    task: str
    """The form of the request, one of phrasebook.TASKS."""
    is_held: bool
    """Whether it is worded in templates and words that training never sees."""


@dataclass(frozen=True)
class _Plan:
    """What is going to be said, before it is in any language."""

    target: int
    level: str
    task: str
    is_soft: bool
    """Whether what is wanted and unwanted is no must."""
    said: Mapping[str, tuple[Wish, ...]]
    """Wishes by slot: wanted, unwanted, taste, relative."""
    likes: tuple[int, ...]

    @property
    def content(self) -> frozenset[str]:
        """The slots that have something to say."""
        return frozenset([*(slot for slot, wishes in self.said.items() if wishes), *(["likes"] if self.likes else [])])

    def without(self, slots: frozenset[str]) -> _Plan:
        """The plan with some slots left empty."""
        said = {slot: () if slot in slots else wishes for slot, wishes in self.said.items()}
        return replace(self, said=said, likes=() if "likes" in slots else self.likes)


class InstructionWriter:
    """Writes instructions for the items of one catalog; the same generator state gives the same words."""

    def __init__(self, catalog: Catalog, books: Mapping[str, Phrasebook]):
        self.catalog, self.books = catalog, books
        self.wishes = Wishes(catalog, _levels_of_all(books))
        self.phrasings = {
            (language, kind): Phrasing(catalog, book, language, kind == "held")
            for language, book in books.items()
            for kind in ("sentences", "held")
        }

    def write(
        self,
        target: int,
        likes: Sequence[int],
        rng: np.random.Generator,
        kind: str = "sentences",
        chinese: float = 0.15,
    ) -> Instruction:
        """An instruction that fits item `target`; `likes` its author may mention. The `kind` held has new wording."""
        language = "zh" if rng.random() < chinese else "en"
        plan = self._plan(target, likes, kind, (language,), rng)
        return self._said(plan, language, kind, rng)

    def write_twins(
        self, target: int, likes: Sequence[int], rng: np.random.Generator, kind: str = "sentences"
    ) -> tuple[Instruction, Instruction]:
        """The same request in English and in Chinese: target, constraints, named items and form are one."""
        plan = self._plan(target, likes, kind, ("en", "zh"), rng)
        english, chinese = (self._said(plan, language, kind, rng) for language in ("en", "zh"))
        return english, replace(chinese, heard=english.heard)

    def _plan(
        self, target: int, likes: Sequence[int], kind: str, languages: Sequence[str], rng: np.random.Generator
    ) -> _Plan:
        item = self.catalog.items[target]
        level = str(rng.choice(list(SHARES), p=list(SHARES.values())))
        preference = str(rng.choice(["none", "implicit", "explicit"], p=_preference_shares(level)))
        named = tuple(likes[: int(rng.integers(1, 4))]) if preference == "implicit" else ()
        strength = "prefer" if rng.random() < (0.4 if level == "vague" else 0.15) else "must"
        count = {"none": 0, "vague": 1, "specific": int(rng.integers(2, 4)), "negation": int(rng.integers(0, 3))}[level]
        with_hint = kind == "sentences" and len(languages) == 1
        wanted = tuple(self.wishes.wanted(item, count, strength, rng, with_hint))
        asked = frozenset(wish.facet for wish in wanted)
        said: dict[str, tuple[Wish, ...]] = {
            "wanted": wanted,
            "unwanted": tuple(self.wishes.unwanted(item, 1 + int(rng.random() < 0.25), strength, rng, asked))
            if level == "negation"
            else (),
            "taste": tuple(self.wishes.taste(item, likes, rng)) if preference == "explicit" else (),
            "relative": tuple(self.wishes.relative(item, self.catalog.items[named[0]], rng))
            if named and rng.random() < 0.25
            else (),
        }
        if said["relative"]:
            named = named[:1]
        said["taste"] = tuple(wish for wish in said["taste"] if wish.key not in {w.key for w in said["wanted"]})
        plan = _Plan(target, level, "", strength == "prefer", said, named)
        return self._sayable(plan, kind, languages, rng)

    def _sayable(self, plan: _Plan, kind: str, languages: Sequence[str], rng: np.random.Generator) -> _Plan:
        """The plan with a form of request for which every language has a template, and only what that can say."""
        for dropped in DROPPED:
            reduced = plan.without(dropped)
            sayable = [self.books[language].saying(kind, reduced.content) for language in languages]
            counts = {task: math.prod(len(by_task.get(task, ())) for by_task in sayable) for task in sayable[0]}
            if any(counts.values()):
                shares = np.array(list(counts.values())) / sum(counts.values())
                return replace(reduced, task=str(rng.choice(list(counts), p=shares)))
        raise AssertionError(f"no {kind} template for {sorted(plan.content)} or less in {', '.join(languages)}")

    def _said(self, plan: _Plan, language: str, kind: str, rng: np.random.Generator) -> Instruction:
        phrasing = self.phrasings[language, kind]
        fillings = {
            "wanted": phrasing.noun_phrase(plan.said["wanted"], rng) if plan.said["wanted"] else "",
            "unwanted": phrasing.alternatives(plan.said["unwanted"], rng),
            "taste": phrasing.alternatives(plan.said["taste"], rng),
            "relative": phrasing.comparisons(plan.said["relative"], rng),
            "likes": phrasing.titles(plan.likes),
            **phrasing.item_words(),
        }
        templates = self.books[language].saying(kind, plan.content)[plan.task]
        text = say(templates[int(rng.integers(len(templates)))].line, fillings, rng)
        if plan.is_soft and (plan.said["wanted"] or plan.said["unwanted"]):
            text = phrasing.softened(text, rng)
        constraints = tuple(
            replace(c, strength="prefer") if plan.task == "rerank" else c
            for slot in ("wanted", "unwanted", "taste", "relative")
            for wish in plan.said[slot]
            for c in wish.constraints
        )
        heard = tuple(c for c in constraints if rng.random() < 0.6) if rng.random() < MISHEARD else constraints
        wished = len(plan.said["wanted"]) + len(plan.said["unwanted"]) + len(plan.said["relative"])
        return Instruction(
            text, language, constraints, plan.likes, plan.target,
            level="negation" if plan.said["unwanted"] else "specific" if wished > 1 else "vague",
            heard=heard,
            preference="implicit" if plan.likes else "explicit" if plan.said["taste"] else "none",
            intention="none" if not wished else "vague" if wished == 1 else "specific",
            task=plan.task, is_held=kind == "held",
        )  # fmt: skip


def _preference_shares(level: str) -> list[float]:
    return [0.15, 0.6, 0.25] if level == "none" else [0.58, 0.3, 0.12]


def _levels_of_all(books: Mapping[str, Phrasebook]) -> dict[str, dict[str, Level]]:
    """The levels for which every language has words."""
    first, *others = books.values()
    return {
        facet: {
            name: level
            for name, level in levels.items()
            if level.phrases and all(name in book.levels.get(facet, {}) for book in others)
        }
        for facet, levels in first.levels.items()
    }
