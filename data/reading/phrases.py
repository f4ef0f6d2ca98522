"""phrases.<language>.yml of a pack: what people call its values, levels and facets, as one table of phrases."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from data.catalog import Catalog
from data.errors import DataError
from data.pack import LANGUAGES, Facet, Pack
from data.reading.table import PhraseTable
from data.reading.text import HAN, key_of, words_of

KEYS = ("nouns", "names", "values", "combos", "levels", "unmet", "block", "sentences", "held_out", "lists")
SIGNS = ("at_least", "at_most", "is")
QUANTILE = re.compile(r"q(\d\d?)")
Target = tuple[str, str, Any]
"""Facet, operator, value."""


@dataclass(frozen=True)
class Entry:
    """What a phrase means. `kind` is strong, weak, block, unmet, noun, name, more or less."""

    kind: str
    targets: tuple[Target, ...] = ()
    strength: str = "must"
    facet: str = ""
    label: str = ""
    """A class of the phrase classifier: facet and value, or facet and level."""
    exact: str = ""
    """The phrase as it must be capitalised, where it is also an everyday word ("US")."""


@dataclass
class Lexicon:
    """Every phrase of a pack, both languages."""

    table: PhraseTable[Entry] = field(default_factory=PhraseTable)
    examples: list[tuple[str, str]] = field(default_factory=list)
    """Phrase and label: what the phrase classifier learns from."""
    meaningless: list[str] = field(default_factory=list)
    """Phrases that name nothing: examples of its background class."""
    nouns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What each facet is called, all languages."""
    targets: dict[str, Entry] = field(default_factory=dict)
    """The entry of each label."""
    stems: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Chinese words that compare, as in 比…新: their core by facet and direction."""

    def add(self, phrase: str, entry: Entry) -> None:
        """Files `phrase`, and for an English adjective in -y also its comparative and superlative."""
        key = key_of(phrase)
        self.table.add(key, entry)
        last = key[-1] if key else ""
        if entry.kind == "strong" and len(key) == 1 and last.isascii() and len(last) > 4 and last.endswith("y"):
            for ending in ("ier", "iest"):
                self.table.add((last[:-1] + ending,), entry)


def load_phrases(pack: Pack) -> dict[str, Mapping[str, Any]]:
    """The checked content of each phrases file there is, by language. Raises DataError with every problem."""
    contents: dict[str, Mapping[str, Any]] = {}
    problems: list[str] = []
    for language in LANGUAGES:
        path = pack.file(f"phrases.{language}.yml")
        if path.is_file():
            contents[language] = _read(path, pack, problems)
    if problems:
        raise DataError(problems)
    return contents


def instructed_phrases(pack: Pack) -> Iterator[tuple[str, str]]:
    """What the pack's instructions call its values, each with the label of the value."""
    for path in sorted(pack.file("instructions.yml").parent.glob("instructions*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for language in LANGUAGES:
            for facet, by_value in ((content.get(language) or {}).get("values") or {}).items():
                for value, phrases in by_value.items():
                    yield from ((str(phrase), f"{facet}={value}") for phrase in phrases)


def _read(path: Path, pack: Pack, problems: list[str]) -> Mapping[str, Any]:
    where = f"{pack.name}/{path.name}"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        problems.append(f"{where}: not YAML: {error}")
        return {}
    if not isinstance(content, dict):
        problems.append(f"{where}: expected keys and values, got {type(content).__name__}")
        return {}
    problems += [f"{where}: unknown key {key!r}; there are {', '.join(KEYS)}" for key in content if key not in KEYS]
    for key in ("names", "values", "levels"):
        problems += [
            f"{where}: {key}: no facet {name!r}; pack.yml has {', '.join(pack.facets)}"
            for name in content.get(key) or {}
            if name not in pack.facets
        ]
    for name, levels in (content.get("levels") or {}).items():
        for level, entry in levels.items():
            if not any(sign in entry for sign in SIGNS):
                problems.append(f"{where}: levels.{name}.{level}: needs one of {', '.join(SIGNS)}")
    problems += [
        f"{where}: {place}: {text!r} is no text; quote it"
        for place, text in _texts(content, "")
        if not isinstance(text, str)
    ]
    return content


def _texts(content: Any, place: str) -> Iterable[tuple[str, Any]]:
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in SIGNS:
                yield from _texts(value, f"{place}.{key}".strip("."))
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value, place)
    else:
        yield place, content


def build_lexicon(pack: Pack, catalog: Catalog, common: frozenset[str]) -> Lexicon:
    """The lexicon of `pack`: its phrases, its labels and every value of the catalog by name.

    A name that is also one of the `common` words means the value only when capitalised as the catalog has it.
    """
    lexicon = Lexicon()
    contents = load_phrases(pack)
    for language, content in contents.items():
        nouns = {*map(str, content.get("nouns", ())), *_item_words(pack, language)}
        lexicon.nouns[language] = tuple(sorted(nouns, key=len, reverse=True))
    for language in LANGUAGES:
        lexicon.nouns.setdefault(language, _item_words(pack, language))
        for noun in lexicon.nouns[language]:
            lexicon.add(noun, Entry("noun"))
    for facet in pack.facets.values():
        _add_names(lexicon, facet, contents)
        _add_compare(lexicon, facet)
        if facet.type in ("category", "flag"):
            _add_values(lexicon, facet, catalog, contents, common)
        else:
            _add_levels(lexicon, facet, catalog, contents)
    lexicon.examples += [(phrase, label) for phrase, label in instructed_phrases(pack) if label in lexicon.targets]
    for content in contents.values():
        for combo in content.get("combos", ()):
            _add_combo(lexicon, combo, catalog)
        for kind in ("unmet", "block"):
            for phrase in content.get(kind, ()):
                lexicon.add(phrase, Entry(kind))
                lexicon.meaningless.append(phrase)
    return lexicon


def _item_words(pack: Pack, language: str) -> tuple[str, ...]:
    words = pack.item.get(language, {})
    return tuple(words[key] for key in ("one", "other") if words.get(key))


def _add_names(lexicon: Lexicon, facet: Facet, contents: Mapping[str, Mapping[str, Any]]) -> None:
    said = list((facet.label or {}).values())
    for content in contents.values():
        said += (content.get("names") or {}).get(facet.name, ())
    lexicon.names[facet.name] = tuple(dict.fromkeys(name.lower() for name in said))
    for name in lexicon.names[facet.name]:
        lexicon.add(name, Entry("name", facet=facet.name))


def _add_compare(lexicon: Lexicon, facet: Facet) -> None:
    for direction, languages in (facet.compare or {}).items():
        for word in itertools.chain.from_iterable(languages.values()):
            for form in _compare_forms(word):
                lexicon.add(form, Entry(direction, facet=facet.name))
            if HAN.search(word):
                core = re.sub(r"^更|一点$|一些$|点$|些$|的$", "", re.sub(r"的$", "", word))
                lexicon.stems[facet.name, direction, core] = core


def _compare_forms(word: str) -> set[str]:
    forms = {word}
    if HAN.search(word):
        core = re.sub(r"^更|的$", "", word)
        core = re.sub(r"(?:一点|一些|点|些)$", "", core)
        forms |= {f"更{core}", f"{core}一点", f"{core}点", f"{core}一些", f"{core}些", f"再{core}一点", f"再{core}点"}
    return forms


def _add_values(
    lexicon: Lexicon, facet: Facet, catalog: Catalog, contents: Mapping[str, Mapping[str, Any]], common: frozenset[str]
) -> None:
    known: dict[str, Any] = {value.casefold(): value for value in catalog.values.get(facet.name, ())}
    for value in known.values():
        for phrase in dict.fromkeys((value, *((facet.values or {}).get(value) or {}).values())):
            _add_value(lexicon, facet, value, phrase, "strong", common)
    if facet.type == "flag":
        known = {"true": True, "yes": True, "false": False, "no": False}
        for phrase in (facet.label or {}).values():
            _add_value(lexicon, facet, True, phrase, "strong", common)
    for language, content in contents.items():
        for value, phrases in ((content.get("values") or {}).get(facet.name) or {}).items():
            real = known.get(str(value).casefold())
            for kind in ("strong", "weak", "block"):
                nouns = lexicon.nouns.get(language, ())
                for phrase in itertools.chain.from_iterable(_with_nouns(p, nouns) for p in phrases.get(kind, ())):
                    if kind == "block":
                        lexicon.add(phrase, Entry("block"))
                        lexicon.meaningless.append(phrase)
                    elif real is None:
                        lexicon.add(phrase, Entry("unmet"))
                    else:
                        _add_value(lexicon, facet, real, phrase, kind, frozenset())


def _add_value(lexicon: Lexicon, facet: Facet, value: Any, phrase: str, kind: str, common: frozenset[str]) -> None:
    label = f"{facet.name}={value}"
    words = words_of(phrase)
    is_common = bool(words) and all(word.form in common for word in words)
    entry = Entry(kind, ((facet.name, "is", value),), facet=facet.name, label=label, exact=phrase if is_common else "")
    lexicon.add(phrase, entry)
    lexicon.targets.setdefault(label, Entry("strong", entry.targets, facet=facet.name, label=label))
    if not is_common:
        lexicon.examples.append((phrase, label))


def _add_levels(lexicon: Lexicon, facet: Facet, catalog: Catalog, contents: Mapping[str, Mapping[str, Any]]) -> None:
    for language, content in contents.items():
        for level, values in ((content.get("levels") or {}).get(facet.name) or {}).items():
            targets = tuple(
                (facet.name, sign, _bound(values[sign], facet, catalog)) for sign in SIGNS if sign in values
            )
            label = f"{facet.name}:{level}"
            entry = Entry("strong", targets, values.get("strength", "must"), facet.name, label)
            lexicon.targets.setdefault(label, entry)
            for phrase in values.get("phrases", ()):
                for form in _with_nouns(phrase, lexicon.nouns.get(language, ())):
                    lexicon.add(form, entry)
                if "<noun>" not in phrase:
                    lexicon.examples.append((phrase, label))


def _with_nouns(phrase: str, nouns: Iterable[str]) -> Iterable[str]:
    return [phrase.replace("<noun>", noun) for noun in nouns] if "<noun>" in phrase else [phrase]


def _bound(value: Any, facet: Facet, catalog: Catalog) -> float | int:
    """A bound as it stands, or "q80": the value that 80 % of the items do not exceed."""
    match = QUANTILE.fullmatch(str(value))
    if not match:
        return float(value) if not float(value).is_integer() else int(value)
    known = sorted(float(v) for item in catalog.items if isinstance(v := item.facets.get(facet.name), (int, float)))
    if not known:
        return 0
    found = known[min(len(known) - 1, len(known) * int(match[1]) // 100)]
    return int(found) if found.is_integer() else round(found, 2)


def _add_combo(lexicon: Lexicon, combo: Mapping[str, Any], catalog: Catalog) -> None:
    targets = []
    for name, values in combo.items():
        if name == "phrases":
            continue
        known = {value.casefold(): value for value in catalog.values.get(name, ())}
        targets += [(name, "is", known[str(v).casefold()]) for v in values if str(v).casefold() in known]
    for phrase in combo["phrases"]:
        if targets:
            lexicon.add(phrase, Entry("strong", tuple(targets), facet=targets[0][0]))
