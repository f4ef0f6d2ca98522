"""Public sets of other people's messages, where a folder with them is there: CLINC150 (out of scope), CrossWOZ (Chinese requests)."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

from bot.assistant.evaluation.cases import Case
from data.catalog import load_catalog
from data.importing.write import import_pack
from data.pack import Pack
from data.reading import Reader
from data.reading.gold import Fact, fact_of

OURS = {
    "accept_reservations", "are_you_a_bot", "cancel", "carry_on", "change_language", "goodbye", "greeting",
    "how_old_are_you", "do_you_have_pets", "maybe", "meal_suggestion", "no", "repeat", "reset_settings",
    "restaurant_reservation", "restaurant_reviews", "restaurant_suggestion", "tell_joke", "thank_you",
    "what_are_your_hobbies", "what_can_i_ask_you", "what_is_your_name", "where_are_you_from", "who_do_you_work_for",
    "who_made_you", "yes", "fun_fact", "meaning_of_life", "travel_suggestion", "how_busy",
}  # fmt: skip
"""Intents of CLINC150 that a bot like this answers, or that a served pack may answer: small talk, yes and no, restaurants."""
ITEMS = ("名称", "地址", "营业时间", "推荐菜", "人均消费", "评分")
PRICE, RATING, DISH = "人均消费", "评分", "推荐菜"
RESTAURANTS = "餐馆"


def clinc_cases(folder: Path) -> list[Case]:
    """The validation part of CLINC150 (Larson et al. 2019, arXiv 1909.02027) that is not for us; none without the file."""
    path = folder / "clinc150" / "train_val.json"
    if not path.is_file():
        return []
    content = json.loads(path.read_text(encoding="utf-8"))
    texts = [text for text, intent in content["val"] if intent not in OURS] + [text for text, _ in content["oos_val"]]
    return [Case(text, "en", "clinc150", "out_of_scope") for text in texts]


def crosswoz_recall(folder: Path) -> Optional[Mapping[str, Any]]:
    """
    Recall of price, rating and dish in the first turns of CrossWOZ (Zhu et al. 2020, arXiv 2002.11893) that ask for a
    restaurant, read over the 951 restaurants imported as anybody would import them; None without the files.
    """
    table, dialogues = folder / "crosswoz" / "restaurant_db.json", folder / "crosswoz" / "val.json.zip"
    if not table.is_file() or not dialogues.is_file():
        return None
    with tempfile.TemporaryDirectory() as home:
        pack = _imported(table, Path(home))
        reader = Reader.load([(pack, load_catalog(pack, Path(home)))], Path(home))
        return _recall(reader, pack, list(_first_turns(dialogues)))


def _imported(table: Path, home: Path) -> Pack:
    rows = [{key: fields.get(key) for key in ITEMS} for _, fields in json.loads(table.read_text(encoding="utf-8"))]
    source = home / "restaurants.json"
    source.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return import_pack(source, "beijing", home, False, {"en": "restaurant", "zh": "餐馆"}, "").pack


def _first_turns(path: Path) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    with zipfile.ZipFile(path) as packed:
        content = json.loads(packed.read(packed.namelist()[0]))
    for dialogue in content.values():
        first = dialogue["messages"][0]
        acts = [act for act in first["dialog_act"] if act[0] == "Inform" and act[1] == RESTAURANTS]
        if acts:
            yield first["content"], acts


def _recall(reader: Reader, pack: Pack, turns: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> Mapping[str, Any]:
    facets = {label: next((f.name for f in pack.facets.values() if _label(f) == label), None) for label in ITEMS}
    right: dict[str, list[bool]] = {}
    for text, acts in turns:
        heard = {fact_of(wish.constraint) for wish in reader.read(text).constraints}
        for _, _, slot, value in acts:
            wanted = _facts(facets.get(slot), slot, value)
            if wanted:
                right.setdefault(slot, []).append(wanted <= heard)
    flags = [flag for of in right.values() for flag in of]
    by_slot = {slot: {"constraints": len(of), "recall": round(sum(of) / len(of), 4)} for slot, of in right.items()}
    return {
        "turns": len(turns), "constraints": len(flags), "recall": round(sum(flags) / max(len(flags), 1), 4),
        "by_slot": by_slot,
    }  # fmt: skip


def _label(facet: Any) -> str:
    return str((facet.label or {}).get("zh", facet.name))


def _facts(facet: Optional[str], slot: str, value: str) -> set[Fact]:
    """What an act of CrossWOZ demands: a bound is met by any operator that says it."""
    if facet is None or slot not in (PRICE, RATING, DISH):
        return set()
    if slot == DISH:
        return {(facet, "is", value)}
    numbers = [f"{float(number):g}" for number in re.findall(r"\d+(?:\.\d+)?", value)]
    if not numbers:
        return set()
    if "以下" in value:
        return {(facet, "at_most", numbers[0])}
    if len(numbers) == 2:
        return {(facet, "at_least", numbers[0]), (facet, "at_most", numbers[1])}
    return {(facet, "at_least" if "以上" in value else "is", numbers[0])}
