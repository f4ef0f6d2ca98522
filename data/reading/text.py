"""A message as words: normal forms of what people type, in English and Chinese alike, with places in the original."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:[.,]\d+)*|[^\w\s]|_")
HAN_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
BREAKS = {
    **dict.fromkeys(".!?;\n…", "stop"),
    **dict.fromkeys(",:()[]|~", "comma"),
    **dict.fromkeys("、/&+", "list"),
    **dict.fromkeys('"“”«»《》「」『』〈〉', "quote"),
}
"""What a sign between two words does: end a sentence, part it, join a list, or quote."""
STRENGTH = ("", "list", "comma", "quote", "stop")
ODD_CHARACTERS = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "−": "-", "。": ".", "，": ","}
)
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufe0f]")
IRREGULAR = {"children": "child", "kids": "kid", "wives": "wife", "lives": "life", "women": "woman", "men": "man"}


@dataclass(frozen=True)
class Word:
    """One word or Chinese character. `before` is the strongest break between it and the word before."""

    form: str
    """Lower case, without apostrophes: dont, 90, s, 喜."""
    stem: str
    """Without the plural ending; spelling mistakes put right."""
    start: int
    end: int
    before: str = ""
    is_capital: bool = False
    is_glued: bool = False
    """No space between it and the word before."""
    sign: str = ""
    """The signs between it and the word before."""

    @property
    def is_han(self) -> bool:
        """True for a Chinese character."""
        return bool(HAN.match(self.form))

    @property
    def is_number(self) -> bool:
        """True for digits."""
        return self.form[:1].isdigit()


@dataclass(frozen=True)
class Clean:
    """A text with every character in its normal form; `places[i]` is where character i stood originally."""

    text: str
    capitals: str
    """The same characters before lower-casing."""
    places: tuple[int, ...]


@functools.lru_cache(maxsize=1)
def _converter():  # type: ignore[no-untyped-def]
    from opencc import OpenCC

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """`text` with traditional characters made simplified, of the same length."""
    if not HAN.search(text):
        return text
    converted: str = _converter().convert(text)
    return converted if len(converted) == len(text) else "".join(_one(character) for character in text)


def _one(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


def clean(text: str) -> Clean:
    """Full-width forms, quotes, dashes, case and script of `text` made uniform."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if INVISIBLE.match(character):
            continue
        normal = unicodedata.normalize("NFKC", character).translate(ODD_CHARACTERS)
        for part in normal if len(normal) <= 4 else character:
            characters.append(part)
            places.append(place)
    capitals = simplified("".join(characters))
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in capitals)
    return Clean(lower, capitals, (*places, len(text)))


def words_of(text: str) -> list[Word]:
    """The words of `text` in order; what stands between them is kept as `before` and `sign`."""
    cleaned = clean(text)
    words: list[Word] = []
    signs, last_end = "", 0
    for start, end in _tokens(cleaned.text):
        piece = cleaned.text[start:end]
        if not piece[0].isalnum():
            signs += piece
            continue
        between = cleaned.text[last_end:start]
        signs = re.sub(r"[ \t\r]", "", between)
        form = piece.replace("'", "")
        place, last = cleaned.places[start], cleaned.places[end - 1] + 1
        words.append(
            Word(
                form,
                stem_of(form),
                place,
                last,
                _strongest(between),
                cleaned.capitals[start].isupper(),
                start == last_end and start > 0,
                signs,
            )
        )
        last_end = end
    return words


def _tokens(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for match in TOKEN.finditer(text):
        start, end = match.span()
        piece = text[start:end]
        if HAN.search(piece):
            spans += _split_han(text, start, end)
        elif piece.endswith("'s") and len(piece) > 2:
            spans += [(start, end - 2), (end - 1, end)]
        else:
            spans.append((start, end))
    return spans


def _split_han(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    place = start
    while place < end:
        stop = place + 1
        if not HAN.match(text[place]):
            while stop < end and not HAN.match(text[stop]):
                stop += 1
        spans.append((place, stop))
        place = stop
    return spans


def _strongest(between: str) -> str:
    return max((BREAKS.get(sign, "") for sign in between), key=STRENGTH.index, default="")


@functools.lru_cache(maxsize=65536)
def stem_of(form: str) -> str:
    """`form` without its plural ending: comedies and comedy, movies and movie have the same stem."""
    if form in IRREGULAR:
        return IRREGULAR[form]
    if len(form) <= 3 or not form.isascii():
        return form
    if form.endswith("ies"):
        return form[:-3] + "y"
    if form.endswith("ie"):
        return form[:-2] + "y"
    if form.endswith(("sses", "shes", "ches", "xes", "zes")):
        return form[:-2]
    if form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return form[:-1]
    return form


def key_of(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase: what it is looked up by."""
    return tuple(word.stem for word in words_of(phrase))


def form_key_of(phrase: str) -> tuple[str, ...]:
    """The forms of a phrase, for what must stand word for word."""
    return tuple(word.form for word in words_of(phrase))


def language_of(words: list[Word]) -> str:
    """zh when Chinese characters outweigh the words in Latin letters (a Chinese word has about 1.6 characters)."""
    han = sum(word.is_han for word in words)
    latin = sum(not word.is_han and not word.is_number for word in words)
    return "zh" if han > 1.6 * latin else "en"
