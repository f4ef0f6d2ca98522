"""What a column of a person's table is: identifier, title, one of the facet types, or nothing people ask for."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from data.catalog import SEPARATOR
from data.errors import DataError

Row = Mapping[str, Any]
ID_NAMES = ("item_id", "id", "sku", "asin", "isbn", "product_id", "movie_id", "movieid", "itemid", "编号")
TITLE_NAMES = (
    "title",
    "name",
    "product_name",
    "item_name",
    "movie_title",
    "标题",
    "名称",
    "名字",
    "片名",
    "店名",
    "书名",
)
OTHER_NAMES = ("title_zh", "title_en", "aliases", "alias", "original_title", "别名", "英文名", "中文名")
TEXT_NAMES = ("text", "description", "overview", "summary", "plot", "about", "简介", "描述", "介绍", "剧情")
IMAGE_NAMES, URL_NAMES = ("image", "image_url", "poster", "photo", "图片"), ("url", "link", "homepage", "链接", "网址")
CONTACT_NAMES = ("phone", "tel", "telephone", "email", "fax", "电话", "手机", "邮箱", "传真")
TRUE, FALSE = {"true", "yes", "y", "是", "有", "t"}, {"false", "no", "n", "否", "无", "没有", "f"}
SEPARATORS = ("|", ";", "；", "、", ",", "，", "/")
_NUMBER = re.compile(r"^[^\d\-]{0,6}(-?\d[\d,]*(?:\.\d+)?)[^\d]{0,8}$")


@dataclass(frozen=True)
class Column:
    """What a column was taken for; `facet` is its entry in pack.yml, for columns that are facets."""

    name: str
    role: str
    """id, title, alias, text, image, url, facet or left (kept out of the pack)."""
    facet: Mapping[str, Any] = field(default_factory=dict)
    separator: str | None = None


@functools.cache
def kinds() -> Mapping[str, Mapping[str, Any]]:
    """The kinds of numbers that a column's name tells of, by name."""
    content: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("kinds.yml").read_text(encoding="utf-8")
    )
    return content


def infer_columns(rows: Sequence[Row], where: str) -> list[Column]:
    """What each column is. Raises DataError when there are no rows or nothing that could be a title."""
    if not rows:
        raise DataError(f"{where}: no rows; expected one item a row")
    names = list(rows[0])
    identifier = _named(names, ID_NAMES)
    if identifier and len({str(row[identifier]) for row in rows}) < len(rows):
        identifier = None
    title = _named(names, TITLE_NAMES) or _most_telling(rows, [name for name in names if name != identifier])
    if title is None:
        raise DataError(
            f"{where}: no column could be the title; call it one of {', '.join(TITLE_NAMES)}; "
            f"there are {', '.join(names)}"
        )
    roles = {identifier: "id", title: "title"}
    return [Column(n, roles[n]) if n in roles else _column(n, [row.get(n) for row in rows]) for n in names]


def _named(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    by_key = {_key(name): name for name in names}
    return next((by_key[key] for key in wanted if key in by_key), None)


def _key(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().casefold())


def _most_telling(rows: Sequence[Row], names: Sequence[str]) -> str | None:
    """The column of short texts that differ most."""

    def share(name: str) -> float:
        cells = [str(row.get(name) or "") for row in rows]
        is_name = all(len(cell) < 120 for cell in cells) and not _numbers(cells)
        return len(set(cells)) / len(rows) if is_name else 0.0

    best = max(names, key=share, default=None)
    return best if best is not None and share(best) > 0.5 else None


def _column(name: str, cells: Sequence[Any]) -> Column:
    key, given = _key(name), [cell for cell in cells if cell not in (None, "", [])]
    for role, wanted in (("alias", OTHER_NAMES), ("text", TEXT_NAMES), ("image", IMAGE_NAMES), ("url", URL_NAMES)):
        if key in wanted:
            return Column(name, role, separator=_separator(given) if role == "alias" else None)
    if not given or key in CONTACT_NAMES:
        return Column(name, "left")
    return _facet_column(name, given)


def _facet_column(name: str, given: Sequence[Any]) -> Column:
    label = {"label": {"en": name.replace("_", " "), "zh": name}}
    texts = [str(cell).strip() for cell in given]
    if _is_flag(given):
        return Column(name, "facet", {"type": "flag", **label})
    if not any(isinstance(cell, (list, tuple)) for cell in given) and _numbers(texts):
        return Column(name, "facet", _number_facet(name, texts))
    separator = _separator(given)
    parts = Counter(part for cell in given for part in split_cell(cell, separator))
    has_lists = any(isinstance(cell, (list, tuple)) for cell in given)
    if len(parts) == 1 and not has_lists:
        return Column(name, "left")
    if not has_lists and _is_free_text(parts, separator, len(given)):
        is_prose = sum(map(len, texts)) / len(texts) > 60
        return Column(name, "text" if is_prose else "facet", {} if is_prose else _text_facet(label))
    multi = {"multi": True} if separator is not None or has_lists else {}
    ask = {"ask": {"en": f"Which {name.replace('_', ' ')}?", "zh": f"想要什么{name}？"}}
    return Column(name, "facet", {"type": "category", **multi, **label, **ask}, separator)


def _is_free_text(parts: Mapping[str, int], separator: str | None, cells: int) -> bool:
    return max(map(len, parts)) > 60 or (separator is None and len(parts) > max(30, cells // 2))


def _text_facet(label: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "text", **label, "ask_back": False, "display": False}


def _number_facet(name: str, texts: Sequence[str]) -> dict[str, Any]:
    key = _key(name)
    kind = next((k for k, entry in kinds().items() if any(word in key for word in entry["names"])), None)
    numbers = [parse_number(text) for text in texts]
    if kind == "year" and not all(n is not None and 1000 <= n <= 2200 for n in numbers):
        kind = None
    facet = {"type": "number", **{k: v for k, v in kinds().get(kind or "", {}).items() if k != "names"}}
    facet["label"] = {"en": name.replace("_", " "), "zh": name}
    if isinstance(facet.get("unit"), Mapping):
        facet["unit"] = _unit(kind or "", name, texts, facet["unit"])
    return facet


def _unit(kind: str, name: str, texts: Sequence[str], units: Mapping[str, str]) -> str:
    signs = name + " ".join(texts[:50])
    if kind == "price":
        for unit, marks in (("$", "$"), ("€", "€"), ("£", "£"), ("¥", "¥￥元")):
            if any(mark in signs for mark in marks):
                return unit
    if kind == "duration" and re.search(r"hour|小时", signs.casefold()):
        return "hours"
    return units["zh" if re.search(r"[\u4e00-\u9fff]", name) else "en"]


def parse_number(text: str) -> float | None:
    """The number in a cell such as "¥1,200" or "95 min"; None when there is none or more than one."""
    match = _NUMBER.match(text.strip())
    return float(match[1].replace(",", "")) if match else None


def _numbers(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text.strip()]
    return bool(filled) and sum(parse_number(text) is not None for text in filled) >= 0.95 * len(filled)


def _is_flag(given: Sequence[Any]) -> bool:
    words = {str(cell).strip().casefold() for cell in given}
    return words <= TRUE | FALSE or all(isinstance(cell, bool) for cell in given)


def _separator(given: Sequence[Any]) -> str | None:
    """The sign that parts the values of a cell: in a tenth of the cells, its parts recurring and short."""
    texts = [cell for cell in given if isinstance(cell, str)]
    for sign in SEPARATORS:
        with_sign = [text for text in texts if sign in text]
        if len(with_sign) < max(1, 0.1 * len(given)):
            continue
        parts = Counter(part.strip() for text in texts for part in text.split(sign))
        recurring = sum(count for count in parts.values() if count > 1)
        if sign == SEPARATOR or (recurring >= 0.5 * sum(parts.values()) and max(map(len, parts)) <= 40):
            return sign
    return None


def split_cell(cell: Any, separator: str | None) -> list[str]:
    """The values of a cell, trimmed, empty ones left out."""
    if isinstance(cell, (list, tuple)):
        parts = [str(part) for part in cell]
    else:
        parts = str(cell).split(separator) if separator else [str(cell)]
    return [part.strip() for part in parts if part.strip()]
