"""Numbers with a unit or a facet's name: money, durations, ratings, counts, with their bounds."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from data.pack import Facet
from data.reading.view import ANY_NUMBER, CHINESE_NUMBER, View, number_of
from data.reading.years import Range

LEFT_LOW = (
    r"at least|at minimum|minimum(?: of)?|min|no less than|not less than|no fewer than|"
    r"no lower than|not below|not under|nothing under|nothing below|above|over|more than|"
    r"higher than|greater than|better than|exceeding|upwards of|starting (?:at|from)|from|>=?|"
    r"至少|不低于|不少于|破|高于|超过|大于|多于|最少|起码|不小于|不止"
)
LEFT_HIGH = (
    r"under|below|less than|fewer than|lower than|at most|at max|no more than|not more than|"
    r"no longer than|not longer than|not above|not over|nothing over|nothing above|"
    r"max(?:imum)?(?: of)?|up to|within|cheaper than|shorter than|not exceeding|doesn t exceed|"
    r"<=?|budget (?:is|of|around)?|(?:最好)?(?:不要?|不能|不可|不得|别|勿|莫)超过?(?:了)?|最多|"
    r"至多|顶多|撑死|上限|不高于|不高过|低于|少于|"
    r"小于|不到|不大于|控制在|预算"
)
RIGHT_LOW = (
    r"or more|or higher|or above|or better|or over|or greater|or up|and up|and above|and over|"
    r"and higher|and more|plus|\+|minimum|at least|upwards|及以上|或以上|以上|往上|起步|起|打底|"
    r"朝上"
)
RIGHT_HIGH = (
    r"or less|or fewer|or below|or under|or lower|or cheaper|or shorter|or worse|and worse|and under|and below|"
    r"and less|max(?:imum)?|tops|at most|及以下|或以下|以下|以内|之内|内|封顶|左右以内|为止|不到"
)
AROUND_LEFT = r"around|about|approximately|roughly|大约|大概|差不多"
AROUND_RIGHT = r"or so|ish|左右|上下"
OUT_OF_TEN = re.compile(r"^ ?(?:/ ?10|out of (?:10|ten))\b")
OUT_OF_FIVE = re.compile(r"^ ?(?:/ ?5|out of (?:5|five)(?: stars)?)\b")
HALVES = {"and a half": 0.5, "and half": 0.5, "个半": 0.5}
MINUTES = r"(?:(?<=h|r|时) ?(?P<minutes>\d\d)(?: ?(?:minutes|mins?|m|分钟|分))?)?"
"""1h30: what follows the hours."""
PER_HEAD = r"(?: ?(?:/|一|每)(?:个人|人|位)| ?(?:each|apiece)(?![a-z]))?"
NEIGHBOURS = re.compile(r"(?<![一-九十百千\d])([一二两三四五六七八])([二三四五六七八九])([十百千万])")
"""两三百: two hundred to three hundred."""


@dataclass(frozen=True)
class Family:
    """How a kind of quantity is written."""

    name: str
    before: tuple[str, ...]
    after: Mapping[str, float]
    bare: str

    def has(self, unit: str | None) -> bool:
        """Whether `unit` is one of this family."""
        return unit is not None and (unit in self.before or unit in self.after or unit.rstrip("s") in self.after)


@functools.lru_cache(maxsize=1)
def families() -> tuple[Family, ...]:
    """The families of units.yml."""
    content = yaml.safe_load(Path(__file__).with_name("units.yml").read_text(encoding="utf-8"))
    return tuple(Family(name, tuple(v["before"]), v["after"], v["bare"]) for name, v in content.items())


@dataclass(frozen=True)
class Scale:
    """A numeric facet, the names it is called by, and the values it takes in the catalog."""

    facet: Facet
    names: tuple[str, ...]
    low: float
    high: float

    @property
    def family(self) -> Family:
        """The family of its unit; a unit that none lists counts itself."""
        known = next((family for family in families() if family.has(self.facet.unit)), None)
        unit = self.facet.unit or self.facet.name
        return known or Family(unit, (), dict.fromkeys((unit, unit.rstrip("s")), 1.0), "at_least")

    @property
    def top(self) -> float:
        """The best mark there is where marks are given, also when no item has it."""
        return 10.0 if self.high > 5 else 5.0

    def is_likely(self, value: float | None) -> bool:
        """Whether a number without a unit may be meant on this scale: near its values, and of two digits if money."""
        if self.family.name == "stars":
            return value is not None and 1 < value <= self.top
        return value is not None and max(10.0, 0.5 * self.low) <= value <= 2 * self.high

    def rescaled(self, value: float, out_of: float | None) -> float:
        """`value` on the facet's scale: 8 of 10 is 4 where values end at 5."""
        if out_of is not None and self.high > 0:
            return round(value * self.top / out_of, 2)
        return value / 2 if self.family.name == "stars" and self.high <= 5 < value <= 10 else value


class QuantityReader:
    """Reads the quantities of a pack's numeric facets, and those whose kind no facet has (`facet` is None)."""

    def __init__(self, scales: Sequence[Scale]):
        self.scales = tuple(scales)
        taken = {scale.family.name for scale in scales}
        known = {family.name: family for family in families()}
        self.foreign = [known[name] for name in ("money", "duration", "distance") if name not in taken]
        self.patterns = [
            (scale, scale.family, *_patterns(scale.family, scale.names), _bounded(scale.family))
            for scale in self.scales
        ]
        self.foreign_patterns = [(family, _patterns(family, ())[0]) for family in self.foreign]

    def read(self, view: View) -> list[Range]:
        """Every quantity in the text, in order. A range without a facet has an end but no meaning for this catalog."""
        found: list[Range] = []
        for scale, family, by_unit, by_name, by_bound in self.patterns:
            for pattern, is_named in ((by_name, True), (by_unit, False), (by_bound, False)):
                if pattern is None:
                    continue
                for match in pattern.finditer(view.text):
                    if any(match.start() < r.end and r.start < match.end() for r in found):
                        continue
                    if pattern is not by_bound or scale.is_likely(number_of(_groups(match)["n"])):
                        found += _range(match, view.text, scale, family, is_named)
        for _, pattern in self.foreign_patterns:
            for match in pattern.finditer(view.text):
                if (match["ll"] or match["lh"] or match["rl"] or match["rh"]) and not any(
                    match.start() < r.end and r.start < match.end() for r in found
                ):
                    found.append(Range(match.start(), match.end(), None, None))
        return sorted(found, key=lambda r: r.start)


def _patterns(family: Family, names: Sequence[str]) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    signs = _any(family.before)
    units = _any(family.after)
    bound_left = rf"(?:(?P<lh>{LEFT_HIGH})|(?P<ll>{LEFT_LOW})|(?P<la>{AROUND_LEFT}))"
    bound_right = rf"(?:(?P<rl>{RIGHT_LOW})|(?P<rh>{RIGHT_HIGH})|(?P<ra>{AROUND_RIGHT}))"
    sign = rf"(?:{signs})? ?" if signs else ""
    number = (
        rf"{sign}(?P<n>{ANY_NUMBER}|an?(?= )|half an?)(?P<half> and a half|个半)?(?: ?(?:-|~|to|"
        rf"and|到|至) ?{sign}(?P<n2>{ANY_NUMBER}))?"
    )
    minutes = MINUTES if family.name == "duration" else ""
    unit = rf"(?: ?(?P<u>{units})(?P<half2> and a half|半)?{minutes}(?![a-z钟]){PER_HEAD})"
    core = rf"(?:(?P<between>between|from) )?(?:{bound_left} ?(?:the |an? )?)?{number}(?P<plus> ?\+)?"
    out = r"(?P<out> ?(?:/ ?(?:10|5)|out of (?:10|5|ten|five)(?: stars)?)(?!\d))?"
    tail = rf"(?: ?(?:的)?{bound_right}(?![a-z]))?"
    need_unit = rf"(?<![\w.]){core}{out}{unit}{out.replace('<out>', '<out2>')}{tail}"
    if signs:
        second = rf"(?: ?(?:-|~|to|and|到|至) ?(?:{signs})? ?(?P<n2>{ANY_NUMBER}))?"
        unit_too = rf"(?: ?(?P<u>{units})(?P<half2>(?!))?(?![a-z]))?(?P<out2>(?!))?"
        start = rf"(?<![\w.])(?:(?P<between>between|from) )?(?:{bound_left} ?)?"
        by_sign = rf"{start}(?:{signs}) ?(?P<n>{ANY_NUMBER})(?P<half>(?!))?{second}(?P<out>(?!))?{unit_too}{tail}"
        return _joined(need_unit, by_sign), _named(names, core, out, units, tail)
    return re.compile(need_unit), _named(names, core, out, units, tail)


def _bounded(family: Family) -> re.Pattern[str] | None:
    """A bound without a unit: of money "under 200", 150以内, 两三百; of marks "4 and up", "at least a 4"."""
    if family.name == "stars":
        return _bounded_marks()
    if not family.before:
        return None
    following = r"$|[,.!?;)，的]|each|apiece|all in|and\b|but\b|with\b|in\b|near\b|please|pls|if\b|or\b"
    ends = rf"(?= ?(?:{following}))(?: ?(?:each|apiece))?"
    number = rf"(?P<n>\d+|{CHINESE_NUMBER})(?! ?[%°:/])"
    left = rf"(?:(?P<lh>{LEFT_HIGH})|(?P<ll>{LEFT_LOW}))"
    right = rf"(?:(?P<rl>{RIGHT_LOW})|(?P<rh>{RIGHT_HIGH}))(?![a-z])"
    return _joined(
        rf"(?<![\w.]){left} ?{number}{ends}",
        rf"(?<![\d.a-z]){number} ?{right}{ends}",
        rf"(?<![\w./-])between (?P<n>\d+) ?(?:-|~|to|and) ?(?P<n2>\d+){ends}",
        rf"(?<![\w./-])(?P<n>\d+) ?(?:-|~|到|至) ?(?P<n2>\d+){ends}",
        rf"(?<!\w)(?P<n>{NEIGHBOURS.pattern}){ends}",
    )


def _bounded_marks() -> re.Pattern[str]:
    number = r"(?P<n>\d(?:\.\d)?)"
    start, ends = r"(?<![\w.$¥£€'])", r"(?= ?(?:$|[,.!?;)，的]|and\b|but\b|please|pls|if\b|from\b|for\b))"
    return _joined(
        rf"{start}(?P<ll>at least|minimum(?: of)?|no less than|min|>=?) an? {number}{ends}",
        rf"{start}{number} ?(?P<rl>{RIGHT_LOW}){ends}",
    )


def _joined(*patterns: str) -> re.Pattern[str]:
    """All patterns as one, the last first; the names of the groups of each end in one underscore more."""
    parts = [re.sub(r"\(\?P<(\w+)>", rf"(?P<\1{'_' * place}>", pattern) for place, pattern in enumerate(patterns)]
    return re.compile(rf"(?:{'|'.join(reversed(parts))})")


def _named(names: Sequence[str], core: str, out: str, units: str, tail: str) -> re.Pattern[str] | None:
    if not names:
        return None
    said = _any(names)
    between = (
        r"(?: ?(?:is|are|of|was|at|be|should be|has to be|must be|score|score of|rating of|:|=|要|"
        r"在|是|为|能|得|高|必须|需要|大概|最好|per person|a head))*? ?"
    )
    optional_unit = rf"(?: ?(?P<u>{units})(?P<half2>(?!))?(?![a-z]))?" if units else "(?P<u>(?!))?(?P<half2>(?!))?"
    return re.compile(rf"(?<![a-z])(?:{said}){between}{core}{out}{optional_unit}(?P<out2>(?!))?{tail}")


def _any(words: Sequence[str] | Mapping[str, float]) -> str:
    return "|".join(re.escape(str(word)) for word in sorted(map(str, words), key=len, reverse=True))


def _range(match: re.Match[str], text: str, scale: Scale, family: Family, is_named: bool) -> Iterator[Range]:
    groups = _groups(match)
    pair = NEIGHBOURS.fullmatch(groups["n"])
    if pair:
        low, high = (number_of(digit + pair[3]) for digit in (pair[1], pair[2]))
        yield Range(match.start(), match.end(), _plain(low), _plain(high), scale.facet.name)
        return
    value = 1.0 if groups["n"] in ("a", "an") else 0.5 if groups["n"].startswith("half") else number_of(groups["n"])
    if value is None:
        return
    unit = groups.get("u") or ""
    factor = float(family.after.get(unit, 1))
    half = 0.5 if groups.get("half") or groups.get("half2") or unit.startswith("个半") else 0.0
    out = groups.get("out") or groups.get("out2") or ""
    out_of = float(re.sub(r"\D", "", out.replace("ten", "10").replace("five", "5")) or 0) or None
    low = scale.rescaled((value + half) * factor + float(groups.get("minutes") or 0), out_of)
    if family.name == "stars" and low > scale.top:
        return
    if is_named and not unit and not out and _kind(groups, family) == family.bare and value == 1:
        return
    if is_named and not unit and not out and 1870 <= low <= 2100 and scale.high < 1000:
        return
    if groups.get("n2"):
        last = number_of(groups["n2"])
        if last is not None and last > value:
            high = scale.rescaled(last * factor, out_of)
            yield Range(match.start(), match.end(), _plain(low), _plain(high), scale.facet.name)
            return
    kind = _kind(groups, family)
    is_bare = not any(groups.get(name) for name in ("ll", "lh", "la", "rl", "rh", "ra", "plus", "between"))
    spread = 0.1 * low
    bounds = {"at_least": (low, None), "at_most": (None, low), "around": (low - spread, low + spread)}[kind]
    yield Range(match.start(), match.end(), _plain(bounds[0]), _plain(bounds[1]), scale.facet.name, is_bare=is_bare)


def _groups(match: re.Match[str]) -> dict[str, str]:
    groups = match.groupdict()
    return {name.rstrip("_"): value for name, value in groups.items() if value is not None}


def _kind(groups: Mapping[str, str], family: Family) -> str:
    if groups.get("rl") or groups.get("ll") or groups.get("plus") or groups.get("between") == "from":
        return "at_most" if groups.get("rh") else "at_least"
    if groups.get("rh") or groups.get("lh"):
        return "at_most"
    return "around" if groups.get("la") or groups.get("ra") else family.bare


def _plain(value: float | None) -> float | None:
    if value is None:
        return None
    return int(value) if float(value).is_integer() else round(value, 2)
