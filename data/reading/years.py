"""Years, decades and ages in a text, read strictly: "before 1980" is up to 1979."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from data.reading.view import CHINESE_NUMBER, DECADE_WORDS, View, number_of


@dataclass(frozen=True)
class Range:
    """A stretch of numbers said at text[start:end] of a view; None is open. `facet` where the words name it."""

    start: int
    end: int
    low: float | None
    high: float | None
    facet: str | None = None
    is_negated: bool = False
    is_bare: bool = False
    """A quantity without a bound: "four stars" is at least four, unless it is what somebody gives an item."""


@dataclass(frozen=True)
class _Point:
    start: int
    end: int
    low: int
    high: int
    is_bare: bool = False
    """Only two digits, or a number that needs a word before it to be a year."""


YEAR = r"(?:1[89]\d\d|20\d\d)"
DECADE = "|".join(DECADE_WORDS)
PART = r"(?:(?P<part>early|mid|middle|late|beginning of|end of|start of)(?: (?:the|to late|or mid))?[ -]*)?"
ENGLISH_DECADE = re.compile(
    rf"(?<![a-z\d.,]){PART}(?:(?P<full>1[89]\d0|20\d0) ?'?s(?![a-z])|(?P<century>1[89]|"
    rf"20) ?(?P<word2>{DECADE})(?![a-z])|"
    rf"'?(?P<short>[0-9]0) ?'? ?s(?![a-z])(?! ?(?:old|years))|(?:(?P<roaring>roaring|"
    rf"swinging) )?(?P<word>{DECADE})(?![a-z]))"
)
CENTURY = re.compile(r"\b(?P<n>1[89]|20|21)(?:st|th|nd)? century\b")
CHINESE_DECADE = re.compile(
    r"(?:上个?世纪|(?P<c>20|21|二十|二十一)世纪|(?P<c2>19|20|一九|二零)(?=[\d零一二三四五六七八九]0?[十零]?年代))?"
    r"(?P<n>[1-9]0|00|[一二三四五六七八九零][十零]|零零|[二三四五六七八九]、?[三四五六七八九]十)(?:年代)(?P<part>初期?|早期|前期|中期|中叶|末期?|后期|晚期)?"
)
CHINESE_FULL_DECADE = re.compile(
    r"(?P<y>1[89]\d0|20\d0|一九[一二三四五六七八九]零|二零[一二]?零)年代(?P<part>初期?|早期|前期|中期|末期?|后期|晚期)?"
)
CHINESE_YEAR = re.compile(
    rf"(?P<y>{YEAR}|一九[零〇一二三四五六七八九]{{2}}|二[零〇][零〇一二三四五六七八九]{{2}}|(?<!\d)[4-9]\d|(?<![零〇一二三四五六七八九十百千])[五六七八九][零〇一二三四五六七八九](?!年(?:前|内|来|以|之|间|的?历史)))年(?!代)"
)
MILLENNIUM = re.compile(r"千禧年代?|\bthe millennium\b|\bthe turn of the (?:century|millennium)\b")
FULL_YEAR = re.compile(
    rf"(?<![\d$¥£€.#])({YEAR})(?![\d%]|\.\d| ?(?:minutes|min|mins|dollars|bucks|yuan|rmb|votes|"
    rf"ratings|people|元|块|分钟|人|部|个|points)\b)"
)
SHORT_YEAR = re.compile(
    r"(?:'|\b(?:from|in|since|before|after|circa|of|until|till|pre|post|year|around|"
    r"back in) ')(\d\d)\b(?!s)|\b(?:from|in|since|before|after|circa|pre|post) ([3-9]\d)(?=$|"
    r"[ ,.!?;](?!minutes|min|mins|stars|percent|points|dollars|bucks|years|people|ratings|"
    r"votes|km|miles))"
)
DATE = re.compile(
    r"(?:\b(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|"
    r"dec)\.?,? (?:the )?(?:\d{1,2}(?: ?(?:st|nd|rd|th))?,? ?)?|\d{1,2}[/.-]\d{1,2}[/.-])$"
)
"""What makes the year after it a part of a date: appointments, not items, are dated."""
PEOPLE = re.compile(r"\b(?:my|his|her|their|your|our|in (?:my|his|her|their))(?: (?:early|mid|late))? ?-?$")

BELOW = r"(?:before|prior to|earlier than|older than|pre|preceding|predating|predates|predate)"
ABOVE = r"(?:after|later than|newer than|more recent than|younger than|post|past|following|beyond)"
NOT = (
    r"(?:no|not|never|nothing|none|isn t|isnt|don t want|dont want|anything not)(?: (?:any|"
    r"anything|something|one|ones|movies?|films?|made|released|from|that s|thats))*"
)
LEFT = (
    (
        re.compile(rf"\b(?:{NOT} (?:older|earlier) than|{NOT} (?:from )?before|{NOT} pre)[ -]?(?:the )?(?:year )?$"),
        "from",
    ),
    (
        re.compile(
            rf"\b(?:{NOT} (?:newer|later|younger|more recent) than|{NOT} (?:from )?after|"
            rf"{NOT} post|{NOT} past)[ -]?(?:the )?(?:year )?$"
        ),
        "to",
    ),
    (
        re.compile(
            r"\b(?:on or after|since|starting (?:from|in|with|at)|from at least|at least|"
            r"beginning (?:in|with|from)|as of)(?: the)?(?: year)? ?$"
        ),
        "from",
    ),
    (
        re.compile(
            r"\b(?:on or before|until|till|til|up to|up until|up through|"
            r"at most|by|ending in|at the latest)(?: the)?(?: end of)?(?: the)?(?: year)? ?$"
        ),
        "to",
    ),
    (re.compile(rf"\b(?:{BELOW})[ -]*(?:the )?(?:year )?$|<\s*$"), "below"),
    (re.compile(rf"\b(?:{ABOVE})[ -]*(?:the )?(?:year )?$|>\s*$"), "above"),
    (re.compile(r"<=\s*$"), "to"),
    (re.compile(r">=\s*$"), "from"),
    (
        re.compile(
            r"\b(?:around|circa|about|approximately|roughly|somewhere around|close to|near|ish)(?: the)?(?: year)? $"
        ),
        "around",
    ),
    (re.compile(r"(?:不早于|不老于|不晚过|自从|自|至少)$"), "from"),
    (re.compile(r"(?:不晚于|不迟于|截至|截止到?|最晚)$"), "to"),
    (re.compile(r"(?:早于|老于|比)$"), "below"),
    (re.compile(r"(?:晚于|新于)$"), "above"),
    (re.compile(r"(?:大约|大概|差不多)$"), "around"),
)
RIGHT = (
    (
        re.compile(r"^,? ?(?:or|and|&) (?:later|newer|after|up|above|onwards?|beyond|more recent|younger|since)\b"),
        "from",
    ),
    (
        re.compile(
            r"^ ?(?:onwards?|on\b(?! (?:netflix|tv|dvd|a|the|my))|\+|forward|till now|"
            r"until now|to now|to today|to present|and on\b|upwards?|plus\b)|^ ?(?:-|to|until|"
            r"till|through) ?(?:now|today|present|the present|date)\b"
        ),
        "from",
    ),
    (re.compile(r"^,? ?(?:or|and|&) (?:earlier|older|before|below|prior)\b|^ ?(?:at the latest|tops|max)\b"), "to"),
    (re.compile(r"^ ?ish\b"), "around"),
    (re.compile(r"^(?:的)?(?:及以后|及之后|以来|起|开始|至今|到现在|往后|以降|到今)"), "from"),
    (re.compile(r"^(?:的)?(?:及以前|及之前|为止)"), "to"),
    (re.compile(r"^(?:的)?(?:以前|之前|往前|前(?!后)|还老|更早|还早)"), "below"),
    (re.compile(r"^(?:的)?(?:以后|之后|后(?!期)|还新|更新|之后)"), "above"),
    (re.compile(r"^(?:前后|左右|上下)"), "around"),
)
BETWEEN = re.compile(
    r"^ ?(?:-|~|～|to|and|through|thru|until|till|up to|到|至|—|–|、|和|与|或|or|&|/)+ ?(?:the )?(?:year )?'?$"
)
SPAN_WORD = re.compile(r"\b(?:between|from|anywhere from|anything from)(?: the)?(?: years?)? ?'?$|(?:从|在|介于)$")
LIST_JOINT = re.compile(r"^,? ?(?:and|or|&|,|/|、|和|与|或|或者|and the|or the|to the|和者)?(?: the)? ?$")

NUMBER = r"(\d+|a|a couple of|a few|couple of|couple|few|several)"
AGES = (
    (
        re.compile(rf"\b(?:no|not|nothing|none) (?:more than|older than|over) {NUMBER} years?(?: old| of age)?\b"),
        "from",
    ),
    (
        re.compile(
            rf"\b(?:less than|under|younger than|newer than|within|at most|up to|max(?:imum)?|"
            rf"fewer than) (?:the )?(?:last |past )?{NUMBER} years?(?: old| of age| ago)?\b"
        ),
        "from",
    ),
    (
        re.compile(
            rf"\b(?:in |from |of |during |within |over )?(?:the )?(?:last|past|previous|"
            rf"recent) {NUMBER} (?P<unit>years?|decades?)\b"
        ),
        "from",
    ),
    (re.compile(r"\b(?:in |from |of |during |within )?(?:the )?(?:last|past) (?P<unit>decade)\b"), "from"),
    (
        re.compile(
            rf"\b(?:older than|more than|over|at least) {NUMBER} (?P<unit>years?|decades?)(?: old| of age| ago)?\b"
        ),
        "below",
    ),
    (re.compile(rf"\b{NUMBER} years? (?:old )?(?:or|and) (?:older|more)\b"), "to"),
    (re.compile(rf"\b{NUMBER} years? (?:old )?(?:or|and) (?:newer|younger|less)\b"), "from"),
    (re.compile(rf"\b(?:from |about |around )?{NUMBER} (?P<unit>years?|decades?) ago\b"), "is"),
    (re.compile(rf"(?:最近|近|过去|这)(\d+|{CHINESE_NUMBER})(?:来)?年(?:内|里|以内|之内|来|间)?(?!代)"), "from"),
    (re.compile(rf"(?<!\d)(\d\d?|{CHINESE_NUMBER})年(?:以内|之内|内)"), "from"),
    (re.compile(rf"(?<!\d)(\d\d?|{CHINESE_NUMBER})年(?:以上|多)(?:历史)?"), "below"),
    (re.compile(rf"(?<!\d)(\d\d?|{CHINESE_NUMBER})(?:多)?年(?:以前|之前|前)"), "is"),
)
RELATIVE_YEARS = (
    (re.compile(r"\b(?:from |of |in )?this year\b(?! s)|今年"), 0),
    (re.compile(r"\b(?:from |of |in |made |released |out )last year\b|^last year s?\b|去年"), 1),
    (re.compile(r"前年"), 2),
)
FEW = {"a": 1, "a couple of": 2, "couple of": 2, "couple": 2, "a few": 5, "few": 5, "several": 7}


class YearReader:
    """Reads years; the decades without a century ("the 20s") are those the catalog has."""

    def __init__(self, first: int, last: int, today: Callable[[], int]):
        self.first, self.last, self.today = first, last, today

    def read(self, view: View) -> list[Range]:
        """Every stretch of years said in the text, in order; what overlaps an earlier find is left out."""
        found = [*self._ages(view.text)]
        points = [p for p in self._points(view.text) if not any(p.start < r.end and r.start < p.end for r in found)]
        found += self._ranges(view.text, points)
        return sorted(found, key=lambda r: r.start)

    def _ages(self, text: str) -> Iterator[Range]:
        used: list[tuple[int, int]] = []
        for pattern, kind in AGES:
            for match in pattern.finditer(text):
                if any(match.start() < end and start < match.end() for start, end in used):
                    continue
                age = self._age(match)
                if age is None or age > 150:
                    continue
                used.append(match.span())
                year = self.today() - age
                low = year if kind in ("from", "is") else None
                high = {"below": year - 1, "to": year, "is": year}.get(kind)
                if kind == "is" and age >= 2:
                    low, high = (year - 1, year + 1) if age >= 10 else (year, year)
                yield Range(match.start(), match.end(), low, high)
        for pattern, back in RELATIVE_YEARS:
            for match in pattern.finditer(text):
                year = self.today() - back
                yield Range(match.start(), match.end(), year, year)

    @staticmethod
    def _age(match: re.Match[str]) -> int | None:
        said = match.group(1) if match.group(1) and match.group(1) != "decade" else "1"
        value = FEW.get(said, number_of(said))
        unit = match.groupdict().get("unit") or ""
        return None if value is None else int(value) * (10 if unit.startswith("decade") else 1)

    def _points(self, text: str) -> list[_Point]:
        points: list[_Point] = []

        def add(match: re.Match[str], low: int, high: int, start: int | None = None) -> None:
            place = match.start() if start is None else start
            if 1870 <= low <= self.today() + 10 and not any(place < p.end and p.start < match.end() for p in points):
                points.append(_Point(place, match.end(), low, high))

        for match in CHINESE_FULL_DECADE.finditer(text):
            add(match, *_part(int(number_of(match["y"]) or 0), match["part"]))
        for match in CHINESE_DECADE.finditer(text):
            self._chinese_decade(match, add)
        for match in CENTURY.finditer(text):
            century = (int(match["n"]) - 1) * 100
            add(match, century, century + 99)
        for match in ENGLISH_DECADE.finditer(text):
            if not PEOPLE.search(text[: match.start()]):
                add(match, *_part(self._english_decade(match), match["part"]))
        for match in MILLENNIUM.finditer(text):
            add(match, 2000, 2000 if not match[0].endswith("代") else 2009)
        for match in CHINESE_YEAR.finditer(text):
            year = int(number_of(match["y"]) or 0)
            add(match, *[year + 1900 if year < 100 else year] * 2)
        for match in FULL_YEAR.finditer(text):
            if not DATE.search(text[: match.start()]):
                add(match, *[int(match[1])] * 2)
        for match in SHORT_YEAR.finditer(text):
            digits = match[1] or match[2]
            year = int(digits) + (2000 if int(digits) <= self.today() % 100 and match[1] else 1900)
            add(match, year, year, start=match.end() - len(digits))
        return sorted(points, key=lambda p: p.start)

    def _english_decade(self, match: re.Match[str]) -> int:
        if match["full"]:
            return int(match["full"])
        if match["century"]:
            return int(match["century"]) * 100 + DECADE_WORDS[match["word2"]]
        if match["roaring"]:
            return 1900 + DECADE_WORDS[match["word"]]
        return self._decade(int(match["short"]) if match["short"] else DECADE_WORDS[match["word"]])

    def _chinese_decade(self, match: re.Match[str], add: Callable[..., None]) -> None:
        said = match["n"].replace("、", "")
        if len(said) == 3:
            first, last = (int(number_of(c) or 0) * 10 for c in said[:2])
            add(match, 1900 + first, 1900 + last + 9)
            return
        decade = int(number_of(said) or 0)
        text = match.group(0)
        if text.startswith("上"):
            low = 1900 + decade
        elif match["c"] or match["c2"]:
            low = {"20": 1900, "二十": 1900, "21": 2000, "二十一": 2000}.get(match["c"] or "", 0) or {
                "19": 1900,
                "一九": 1900,
            }.get(match["c2"] or "", 2000)
            low += decade
        else:
            low = self._decade(decade)
        add(match, *_part(low, match["part"]))

    def _decade(self, decade: int) -> int:
        """The century of a two-digit decade: the one that the catalog covers, else the last one that has begun."""
        recent = 2000 + decade
        if recent > self.today():
            return 1900 + decade
        covers_recent, covers_old = self.last >= recent, self.first <= 1900 + decade + 9 and self.last >= 1900 + decade
        return 1900 + decade if covers_old and not covers_recent and decade >= 10 else recent

    def _ranges(self, text: str, points: list[_Point]) -> Iterator[Range]:
        place = 0
        while place < len(points):
            point = points[place]
            following = points[place + 1] if place + 1 < len(points) else None
            between = text[point.end : following.start] if following else ""
            left, right = text[: point.start], text[point.end :]
            if following and BETWEEN.match(between) and self._is_span(left, between, point, following):
                start = point.start - _length(SPAN_WORD, left)
                is_negated = False
                yield Range(start, following.end, point.low, max(point.high, following.high), None, is_negated)
                place += 2
                continue
            yield self._bounded(point, left, right)
            place += 1

    @staticmethod
    def _is_span(left: str, between: str, first: _Point, last: _Point) -> bool:
        if last.high <= first.low:
            return False
        is_list = bool(re.search(r"\b(?:or|and)\b|[、和与或/&]", between))
        if is_list and not SPAN_WORD.search(left):
            return last.low == first.high + 1
        return True

    def _bounded(self, point: _Point, left: str, right: str) -> Range:
        for pattern, kind in RIGHT:
            match = pattern.match(right)
            if match:
                extra = _length(re.compile(r"\b(?:from|since|in)(?: the)? ?$|(?:从|自|在)$"), left)
                return _range(point, kind, point.start - extra, point.end + match.end())
        for pattern, kind in LEFT:
            match = pattern.search(left)
            if match:
                return _range(point, kind, match.start(), point.end)
        return Range(point.start, point.end, point.low, point.high)


def _range(point: _Point, kind: str, start: int, end: int) -> Range:
    spread = 2 if point.low == point.high else 0
    low, high = {
        "from": (point.low, None),
        "to": (None, point.high),
        "below": (None, point.low - 1),
        "above": (point.high + 1, None),
        "around": (point.low - spread, point.high + spread),
    }[kind]
    return Range(start, end, low, high)


def _part(decade: int, part: str | None) -> tuple[int, int]:
    """First and last year of a decade, or of its early, middle or late part."""
    if not part:
        return decade, decade + 9
    if part.startswith(("early", "beginning", "start", "初", "早", "前")):
        return decade, decade + 3
    if part.startswith(("mid", "中")):
        return decade + 4, decade + 6
    return decade + 7, decade + 9


def _length(pattern: re.Pattern[str], left: str) -> int:
    match = pattern.search(left)
    return len(left) - match.start() if match else 0
