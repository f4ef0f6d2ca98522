"""Wishes that are true of an item: what a person who went on to choose it could have asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.catalog import Catalog, Item
from data.need import Constraint
from data.pack import Facet
from recommender.training.phrasebook import Level

WEIGHTS = {"category": 1.0, "flag": 0.5, "year": 0.7, "number": 0.25}
"""How often people name a facet of a type, relative to a value of a category."""
LEVEL_WEIGHT = 0.3
"""How often they say "recent" or "popular"."""
HINT_WEIGHT = 0.4
"""How often they say what an item's own text says."""
MOST_COMMON = 40
"""Values of a facet that people may not want: nobody excludes what hardly exists."""
HINT_WORDS = (3, 7)
JOINING = re.compile(
    r"a|an|the|and|or|but|of|to|in|on|at|by|for|from|with|is|are|was|were|as|that|which|its|this", re.I
)
"""Words at which a quotation neither begins nor ends."""
TELLING = 0.9
"""Largest share of the items that a bound may leave: nobody asks for what nearly everything is."""


@dataclass(frozen=True)
class Wish:
    """One thing asked for: what it demands, and under which key the words for it stand."""

    facet: str
    form: str
    """value, flag, level, about, or one of the ranges."""
    constraints: tuple[Constraint, ...]
    key: str = ""
    """The value, the level, or the words of the item's text."""


class Wishes:
    """Draws wishes for the items of one catalog; `levels` are those that every language has words for."""

    def __init__(self, catalog: Catalog, levels: Mapping[str, Mapping[str, Level]]):
        self.catalog = catalog
        numeric = [facet for facet in catalog.pack.facets.values() if facet.is_numeric]
        self.numbers = {facet.name: _numbers(catalog, facet) for facet in numeric}
        edges = {facet.name: _edges(self.numbers[facet.name], facet) for facet in numeric}
        self.lows = {name: _telling(edges[name], self.numbers[name], np.greater_equal) for name in edges}
        self.highs = {name: _telling(edges[name], self.numbers[name], np.less_equal) for name in edges}
        self.bounds = [
            (name, level_name, level, _bound(level.bound, self.numbers[name]))
            for name, by_level in levels.items()
            for level_name, level in by_level.items()
            if len(self.numbers.get(name, ()))
        ]

    def wanted(self, item: Item, count: int, strength: str, rng: np.random.Generator, with_hint: bool) -> list[Wish]:
        """At most `count` wishes that `item` meets, a number asked about once."""
        options = self._options(item, with_hint)
        if not options or not count:
            return []
        weights = np.array([weight for *_, weight in options])
        picked = rng.choice(len(options), size=min(count, len(options)), replace=False, p=weights / weights.sum())
        found: list[Wish] = []
        for facet, form, key, _ in (options[index] for index in sorted(picked)):
            is_asked = form != "about" and facet.is_numeric and any(wish.facet == facet.name for wish in found)
            if not is_asked:
                found.append(self._wish(item, facet, form, key, strength, rng))
        return found

    def _options(self, item: Item, with_hint: bool) -> list[tuple[Facet, str, str, float]]:
        options: list[tuple[Facet, str, str, float]] = []
        for facet in self.catalog.pack.facets.values():
            value = item.facets.get(facet.name)
            if value is None or facet.type == "text":
                continue
            weight = WEIGHTS[facet.type]
            if facet.type == "category":
                values = value if isinstance(value, tuple) else (value,)
                options += [(facet, "value", str(part), weight / len(values) ** 0.5) for part in values]
            elif facet.type == "flag":
                options.append((facet, "flag", str(value).lower(), weight if value else weight / 10))
            else:
                options.append((facet, "range", "", weight))
        met = [entry for entry in self.bounds if self._meets(item, entry[0], entry[2].op, entry[3])]
        options += [(self.catalog.pack.facets[name], "level", level, LEVEL_WEIGHT) for name, level, *_ in met]
        if with_hint and options and _clauses(item, self.catalog):
            options.append((options[0][0], "about", "", HINT_WEIGHT))
        return options

    def _wish(self, item: Item, facet: Facet, form: str, key: str, strength: str, rng: np.random.Generator) -> Wish:
        if form == "about":
            clauses = _clauses(item, self.catalog)
            return Wish("", form, (), _shortened(clauses[int(rng.integers(len(clauses)))], rng))
        if form == "range":
            return self._range(facet, float(item.facets[facet.name]), strength, rng)  # type: ignore[arg-type]
        if form == "level":
            level, bound = next((lv, b) for name, n, lv, b in self.bounds if (name, n) == (facet.name, key))
            strength = "prefer" if level.strength == "prefer" else strength
            return Wish(facet.name, form, (Constraint(facet.name, level.op, bound, strength),), key)
        value = key == "true" if form == "flag" else key
        return Wish(facet.name, form, (Constraint(facet.name, "is", value, strength),), key)

    def unwanted(
        self, item: Item, count: int, strength: str, rng: np.random.Generator, asked: frozenset[str] = frozenset()
    ) -> list[Wish]:
        """At most `count` things that `item` is not: values it lacks, rarely an unreached level not `asked` for."""
        options: dict[str, list[Wish]] = {}
        for name, values in self.catalog.values.items():
            if name in asked and not self.catalog.pack.facets[name].multi:
                continue  # who asks for a Lenovo need not refuse a Dell
            value = item.facets.get(name)
            own = {str(part).casefold() for part in (value if isinstance(value, tuple) else (value,))}
            options[name] = [
                Wish(name, "value", (Constraint(name, "is_not", v, strength),), v)
                for v in values[:MOST_COMMON]
                if v.casefold() not in own and not v.casefold().startswith("not ")
            ]
        levels = [self._unreached(item, entry, strength) for entry in self.bounds if entry[0] not in asked]
        lists = [wishes for wishes in options.values() if wishes]
        found: list[Wish] = []
        for _ in range(count if lists else 0):
            use_level = any(levels) and rng.random() < 0.1
            chosen = [w for w in levels if w] if use_level else lists[int(rng.integers(len(lists)))]
            wish = chosen[int(rng.integers(len(chosen)))]
            if wish.facet not in {w.facet for w in found} or not use_level and wish not in found:
                found.append(wish)
        return found

    def _unreached(self, item: Item, entry: tuple[str, str, Level, float], strength: str) -> Wish | None:
        name, level_name, level, bound = entry
        value = item.facets.get(name)
        if value is None or level.strength == "prefer" or self._meets(item, name, level.op, bound):
            return None
        op = "at_most" if level.op == "at_least" else "at_least"
        beyond = self._beyond(name, bound, op)
        return None if beyond is None else Wish(name, "level", (Constraint(name, op, beyond, strength),), level_name)

    def taste(self, item: Item, likes: Sequence[int], rng: np.random.Generator) -> list[Wish]:
        """A value of the item as a lasting preference, where possible one that the liked items share."""
        pairs = [
            (name, str(part))
            for name, value in item.facets.items()
            if name in self.catalog.values and value is not None
            for part in (value if isinstance(value, tuple) else (value,))
        ]
        wishes = [Wish(name, "value", (Constraint(name, "is", value, "prefer"),), value) for name, value in pairs]
        shared = [w for w in wishes if any(self.catalog.items[i].meets(w.constraints[0]) for i in likes)]
        chosen = shared or wishes
        return [chosen[int(rng.integers(len(chosen)))]] if chosen else []

    def relative(self, item: Item, reference: Item, rng: np.random.Generator) -> list[Wish]:
        """How a number of `item` differs from that of `reference`: "newer", "cheaper"."""
        found = []
        for name in self.numbers:
            own, other = item.facets.get(name), reference.facets.get(name)
            if own is None or other is None or own == other:
                continue
            op, form = ("at_least", "more") if float(own) > float(other) else ("at_most", "less")  # type: ignore[arg-type]
            bound = self._beyond(name, float(other), op)  # type: ignore[arg-type]
            if bound is not None:
                found.append(Wish(name, form, (Constraint(name, op, bound),)))
        return [found[int(rng.integers(len(found)))]] if found else []

    def _beyond(self, name: str, value: float, op: str) -> float | int | None:
        """The next number of the catalog that is more (at_least) or less (at_most) than `value`."""
        numbers = self.numbers[name]
        place = np.searchsorted(numbers, value, "right" if op == "at_least" else "left") - (op == "at_most")
        return _plain(float(numbers[place])) if 0 <= place < len(numbers) else None

    def _meets(self, item: Item, name: str, op: str, bound: float) -> bool:
        return item.meets(Constraint(name, op, bound))

    def _range(self, facet: Facet, value: float, strength: str, rng: np.random.Generator) -> Wish:
        lows = [edge for edge in self.lows[facet.name] if edge <= value][-4:]
        highs = [edge for edge in self.highs[facet.name] if edge >= value][:4]
        shares = {"at_least": 0.6 * bool(lows), "at_most": 0.3 * bool(highs), "between": 0.1 * bool(lows and highs)}
        if facet.type == "year":
            shares = {
                "at_least": 0.22 * bool(lows),
                "at_most": 0.22 * bool(highs),
                "between": 0.18 * bool(lows and highs),
            }
            shares |= {"decade": 0.3, "exact": 0.08}
        if not any(shares.values()):
            shares = {"at_least": 1.0}
        form = str(rng.choice(list(shares), p=np.array(list(shares.values())) / sum(shares.values())))
        low = float(lows[int(rng.integers(len(lows)))]) if lows else value
        high = float(highs[int(rng.integers(len(highs)))]) if highs else value
        if form == "decade":
            low, high = value // 10 * 10, value // 10 * 10 + 9
        if form == "exact":
            return Wish(facet.name, form, (Constraint(facet.name, "is", _plain(value), strength),))
        bounds = {"at_least": [("at_least", low)], "at_most": [("at_most", high)]}.get(
            form, [("at_least", low), ("at_most", high)]
        )
        return Wish(facet.name, form, tuple(Constraint(facet.name, op, _plain(n), strength) for op, n in bounds))


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else round(number, 6)


def _numbers(catalog: Catalog, facet: Facet) -> np.ndarray:
    """Every value of a numeric facet once per item that has it, ascending."""
    values = (item.facets.get(facet.name) for item in catalog.items)
    return np.sort(np.array([float(v) for v in values if v is not None]))  # type: ignore[arg-type]


def _bound(bound: str | float, numbers: np.ndarray) -> float | int:
    """A bound as it stands, or "q80": the value that 80 % of the items do not exceed, as data.reading takes it."""
    if not isinstance(bound, str):
        return _plain(float(bound))
    found = float(numbers[min(len(numbers) - 1, len(numbers) * int(bound[1:]) // 100)])
    return int(found) if found.is_integer() else round(found, 2)


def _edges(numbers: np.ndarray, facet: Facet) -> np.ndarray:
    """Round numbers that people would name as bounds, spread over the values that occur."""
    if not len(numbers):
        return np.array([])
    grid = np.quantile(numbers, np.linspace(0, 1, 21))
    if facet.type == "year":
        return np.unique(np.round(grid / 5) * 5)
    step = _round_step(max(float(grid[-2] - grid[1]), 1e-9) / 10)
    return np.unique(np.round(np.round(grid / step) * step, 6))


def _telling(edges: np.ndarray, numbers: np.ndarray, meets: np.ufunc) -> list[float]:
    """The bounds that leave few enough items to be worth naming."""
    return [float(edge) for edge in edges if np.mean(meets(numbers, edge)) <= TELLING]


def _round_step(size: float) -> float:
    """The smallest of …, 0.5, 1, 5, 10, … that is not below `size`."""
    power = 10.0 ** np.floor(np.log10(size))
    return float(next(power * digit for digit in (1, 5, 10) if power * digit >= size * (1 - 1e-9)))


def _clauses(item: Item, catalog: Catalog) -> list[str]:
    """Pieces of the item's own texts that somebody could remember it by, long enough to mean something."""
    texts = [item.text, *(str(item.facets.get(f.name) or "") for f in catalog.pack.facets.values() if f.type == "text")]
    pieces = [piece.strip() for text in texts for piece in re.split(r"[.;:,!?()\n。；：，！？（）]+", text[:600])]
    return [piece for piece in pieces if len(piece.split()) >= HINT_WORDS[0] or len(piece) >= 4 and not piece.isascii()]


def _shortened(clause: str, rng: np.random.Generator) -> str:
    """A stretch of the clause that neither begins nor ends in a word that leads nowhere."""
    words = clause.split()
    size = int(rng.integers(HINT_WORDS[0], HINT_WORDS[1] + 1))
    start = int(rng.integers(max(1, len(words) - size + 1)))
    words = words[start : start + size]
    while len(words) > 1 and JOINING.fullmatch(words[-1]):
        words = words[:-1]
    while len(words) > 1 and JOINING.fullmatch(words[0]):
        words = words[1:]
    return " ".join(words)
