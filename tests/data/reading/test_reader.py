"""Whole messages: groups, strengths, what does not matter, what cannot be met, and odd input."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.catalog import Catalog, load_catalog
from data.errors import DataError
from data.pack import Pack, load_pack
from data.reading import Reader
from tests.data.reading.notation import short

THIRD_PACK = """
name: phones
item: {en: {one: phone, other: phones}, zh: {one: 手机, measure: 部}}
facets:
  brand: {type: category, label: {en: brand, zh: 品牌}}
  price: {type: number, unit: "¥", label: {en: price, zh: 价格}, compare: {less: {en: [cheaper], zh: [便宜一点]}}}
"""


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pack, Catalog]:
    folder = tmp_path_factory.mktemp("packs") / "phones"
    folder.mkdir()
    (folder / "pack.yml").write_text(THIRD_PACK, encoding="utf-8")
    rows = ["item_id,title,brand,price", "a,Nova 9,Huawei,2500", "b,Pixel 8,Google,4000", "c,Edge 40,Motorola,1999"]
    (folder / "items.csv").write_text("\n".join(rows), encoding="utf-8")
    pack = load_pack(folder, folder)
    return pack, load_catalog(pack, folder)


def test_alternatives_share_a_group(reader: Reader) -> None:
    groups = [w.constraint.group for w in reader.read("comedy or thriller").constraints]
    assert len(groups) == 2 and groups[0] is not None and groups[0] == groups[1]


def test_two_genres_of_one_film_have_no_group(reader: Reader) -> None:
    assert [w.constraint.group for w in reader.read("a romantic comedy").constraints] == [None, None]


def test_a_refused_decade_leaves_what_lies_on_either_side(reader: Reader) -> None:
    reading = reader.read("nothing from the 80s")
    assert short(reading) == {"year<=1979", "year>=1990"}
    assert len({w.constraint.group for w in reading.constraints}) == 1


def test_decades_apart_leave_out_what_lies_between(reader: Reader) -> None:
    reading = reader.read("60s or 80s")
    free = {
        short_
        for w, short_ in ((w, f"{w.constraint.op} {w.constraint.value}") for w in reading.constraints)
        if w.constraint.group is None
    }
    assert free == {"at_least 1960", "at_most 1989"}
    assert {w.constraint.value for w in reading.constraints if w.constraint.group} == {1969, 1980}


@pytest.mark.parametrize(
    ("text", "strength"), [("preferably a comedy", "prefer"), ("a comedy", "must"), ("最好是喜剧", "prefer")]
)
def test_softened_wishes_are_preferences(reader: Reader, text: str, strength: str) -> None:
    assert [w.constraint.strength for w in reader.read(text).constraints] == [strength]


def test_a_word_of_the_plot_is_a_preference(reader: Reader) -> None:
    strengths = {w.constraint.value: w.constraint.strength for w in reader.read("a comedy about zombies").constraints}
    assert strengths == {"Comedy": "must", "Horror": "prefer"}


def test_a_span_is_where_the_words_stand_in_the_text_as_written(reader: Reader) -> None:
    text = "Ｓｏｍｅ　scary movie"
    start, end = reader.read(text).constraints[0].span
    assert text[start:end] == "scary"


@pytest.mark.parametrize(
    ("text", "facet"), [("any genre is fine", "genre"), ("the year doesn't matter", "year"), ("类型随便", "genre")]
)
def test_a_facet_that_does_not_matter_is_dropped(reader: Reader, text: str, facet: str) -> None:
    assert reader.read(text).dropped_facets == (facet,)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [("a mockumentary", "mockumentary"), ("under two hours", "under two hours"), ("法国电影", "法国电影")],
)
def test_what_no_facet_says_is_unmet(reader: Reader, text: str, phrase: str) -> None:
    reading = reader.read(text)
    assert phrase in reading.unmet
    assert reading.constraints == ()


@pytest.mark.parametrize(
    ("text", "count"), [("give me five comedies", 5), ("top 10 thrillers", 10), ("推荐三部喜剧", 3), ("a comedy", None)]
)
def test_how_many_are_asked_for_is_counted(reader: Reader, text: str, count: int | None) -> None:
    assert reader.read(text).count == count


def test_for_whom_it_is_is_heard(reader: Reader) -> None:
    assert reader.read("a film for my six-year-old").for_whom == "6 year old"
    assert reader.read("给我女儿推荐一部动画片").for_whom == "女儿"


def test_a_misspelt_value_is_put_right(reader: Reader) -> None:
    assert short(reader.read("a romanitc comdy")) == {"genre=Romance", "genre=Comedy"}


def test_an_unlisted_phrase_is_understood_by_the_classifier(reader: Reader) -> None:
    reading = reader.read("a spaceflight movie")
    assert [(w.constraint.value, w.source) for w in reading.constraints] == [("Sci-Fi", "classifier")]


@pytest.mark.parametrize(
    "text",
    ["set an alarm for 7", "what's the weather like tomorrow", "play some music", "turn off the lights",
     "how old are you", "book a table for two", "transfer $100 to my brother",
     "今天天气怎么样", "帮我订一张机票", "明天提醒我开会"],
)  # fmt: skip
def test_everyday_requests_hold_no_wish_and_no_item(reader: Reader, text: str) -> None:
    reading = reader.read(text)
    assert (reading.constraints, reading.items, reading.relative) == ((), (), ())


@pytest.mark.parametrize(
    "text",
    ["", " ", "!!!", "😀😀", "\u200b\u200b", "مرحبا بالعالم", "/restart", "7", "a" * 2500, "喜" * 2500,
     "\x00\x07", "' OR 1=1 --", "<script>alert(1)</script>"],
)  # fmt: skip
def test_odd_text_is_read_without_a_wish(reader: Reader, text: str) -> None:
    assert reader.read(text).constraints == ()


def test_shouting_markup_and_full_width_forms_are_read_like_plain_text(reader: Reader) -> None:
    for text in ("WESTERNS!!!", "<b>western</b>", "ｗｅｓｔｅｒｎ", "w\u200bestern"):
        assert short(reader.read(text)) == {"genre=Western"}, text


def test_many_texts_are_read_as_each_alone(reader: Reader) -> None:
    texts = ["a scary movie", "不要恐怖片", "bone-chilling", "movies like Heat"]
    assert reader.read_many(texts) == [reader.read(text) for text in texts]


def test_the_json_form_has_every_key_of_the_architecture_page(reader: Reader) -> None:
    assert list(reader.read("a comedy").as_dict()) == [
        "language", "pack", "constraints", "relative", "dropped_facets", "items", "positions", "count", "unmet",
        "maybe", "for_whom", "replaces", "unheard",
    ]  # fmt: skip


def test_the_pack_follows_from_what_is_said(
    movies: tuple[Pack, Catalog], phones: tuple[Pack, Catalog], home: Path
) -> None:
    both = Reader.load([movies, phones], home)
    assert both.read("a funny film").pack == "movies"
    assert both.read("a Huawei phone under ¥3000").pack == "phones"
    assert both.read("华为手机", "movies").pack == "phones"
    assert both.read("something cheaper", "phones").pack == "phones"
    assert both.read("motorola please", "movies").pack == "phones"
    assert both.read("since 1990", "movies").pack == "movies"
    assert both.read("hello").pack is None


def test_a_title_is_about_its_pack_although_its_words_are_values_of_another(
    movies: tuple[Pack, Catalog], home: Path
) -> None:
    restaurants = load_pack("restaurants", home)
    both = Reader.load([movies, (restaurants, load_catalog(restaurants, home))], home)
    assert both.read("I loved The Silence of the Lambs").pack == "movies"


def test_a_message_is_read_for_every_conversation_it_may_stand_in(
    movies: tuple[Pack, Catalog], phones: tuple[Pack, Catalog], home: Path
) -> None:
    both = Reader.load([movies, phones], home)
    (alone, in_pack), (film, elsewhere) = both.read_in_each(["hello", "a funny film"])
    assert alone.pack is None
    assert {name: reading.pack for name, reading in in_pack.items()} == {"movies": "movies", "phones": "phones"}
    assert (film.pack, elsewhere) == ("movies", {})


def test_a_pack_without_phrases_is_read_by_its_values_and_units(phones: tuple[Pack, Catalog], home: Path) -> None:
    reading = Reader.load([phones], home).read("google or huawei, under ¥3000")
    assert short(reading) == {"brand=Google", "brand=Huawei", "price<=3000"}


def test_bad_phrases_are_refused_with_every_problem(phones: tuple[Pack, Catalog], home: Path) -> None:
    pack, catalog = phones
    path = pack.folder / "phrases.en.yml"
    path.write_text("vocabulary: []\nvalues: {colour: {red: {strong: [red]}}}\nunmet: [yes]\n", encoding="utf-8")
    try:
        with pytest.raises(DataError) as caught:
            Reader.load([(pack, catalog)], home)
    finally:
        path.unlink()
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "phones/phrases.en.yml: unknown key 'vocabulary'",
        "phones/phrases.en.yml: values: no facet 'colour'",
        "phones/phrases.en.yml: unmet: True is no text",
    ]
