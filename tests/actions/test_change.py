"""What a turn says becomes a change of the need, whatever its intent."""

from __future__ import annotations

from actions.change import need_for, told, without
from actions.reading import NamedItem, Position, Reading, Relative
from actions.turn import Turn
from data.catalog import Catalog
from data.need import Constraint, Need, apply
from data.store import Feedback, NeedVersion

GREEN = Constraint("kind", "is", "Green")
NOT_SMOKY = Constraint("kind", "is_not", "Smoky")
SLATE = ("1", "2", "3")


def _turn(intent: str, text: str = "…", **reading: object) -> Turn:
    return Turn("c", "u", "en", text, intent, reading=Reading(**reading))  # type: ignore[arg-type]


def test_a_greeting_that_holds_wishes_changes_the_need_too(catalog: Catalog):
    said = told(_turn("greet", constraints=(GREEN,)), Need("teas"), (), catalog)
    assert said.change.constraints == (GREEN,)


def test_a_like_and_two_wishes_in_one_turn_are_all_kept(catalog: Catalog):
    liked = NamedItem("1", "Lapsang", "like")
    turn = _turn("like", items=(liked,), constraints=(GREEN,), relative=(Relative("harvest", "more"),))
    said = told(turn, Need("teas"), SLATE, catalog)
    assert said.feedback == (Feedback("like", "1"),)
    assert said.change.like == ("1",)
    assert said.change.constraints == (GREEN, Constraint("harvest", "at_least", 2022))


def test_more_like_the_second_likes_the_second_of_the_list(catalog: Catalog):
    said = told(_turn("refine", positions=(Position(2, "like"),)), Need("teas"), SLATE, catalog)
    assert said.change.like == ("2",)


def test_a_place_beyond_the_list_is_reported_and_not_guessed(catalog: Catalog):
    said = told(_turn("like", positions=(Position(9, "like"),)), Need("teas"), SLATE, catalog)
    assert said.beyond == (9,)
    assert said.feedback == ()


def test_an_item_only_talked_about_takes_the_role_of_the_intent(catalog: Catalog):
    said = told(_turn("seen", positions=(Position(-1, "about"),)), Need("teas"), SLATE, catalog)
    assert said.feedback == (Feedback("seen", "3"),)


def test_a_title_asked_about_is_no_feedback(catalog: Catalog):
    said = told(_turn("explain", items=(NamedItem("4", "Sencha", "about"),)), Need("teas"), SLATE, catalog)
    assert said.about == ("4",)
    assert said.is_empty


def test_a_request_that_only_names_an_item_means_something_like_it_without_storing_a_like(catalog: Catalog):
    said = told(_turn("recommend", items=(NamedItem("4", "Sencha", "about"),)), Need("teas"), (), catalog)
    assert said.change.like == ("4",)
    assert said.feedback == ()


def test_an_item_that_the_catalog_does_not_have_is_ignored(catalog: Catalog):
    said = told(_turn("like", items=(NamedItem("404", "Ghost", "like"),)), Need("teas"), (), catalog)
    assert said.is_empty


def test_a_value_that_the_catalog_does_not_have_becomes_an_unmet_wish(catalog: Catalog):
    said = told(_turn("recommend", constraints=(Constraint("kind", "is", "Oolong"),)), Need("teas"), (), catalog)
    assert said.change.constraints == ()
    assert said.unmet == ("Oolong",)


def test_a_fresh_request_replaces_the_earlier_kind(catalog: Catalog):
    need = Need("teas", 1, "black tea", (Constraint("kind", "is", "Black"), NOT_SMOKY))
    said = told(_turn("recommend", "now a green one", constraints=(GREEN,)), need, (), catalog)
    changed = apply(need, said.change, catalog.pack)
    assert changed.constraints == (NOT_SMOKY, GREEN)
    assert changed.text == "now a green one"


def test_a_refinement_joins_the_earlier_wishes_and_keeps_their_words(catalog: Catalog):
    need = Need("teas", 1, "a tea for rainy days", (GREEN,))
    said = told(_turn("refine", "not smoky", constraints=(NOT_SMOKY,)), need, (), catalog)
    changed = apply(need, said.change, catalog.pack)
    assert changed.constraints == (GREEN, NOT_SMOKY)
    assert changed.text == "a tea for rainy days"


def test_words_that_no_facet_says_join_the_text(catalog: Catalog):
    need = Need("teas", 1, "a tea for rainy days", (GREEN,))
    said = told(
        _turn("refine", "with a nutty note", constraints=(NOT_SMOKY,), unmet=("nutty note",)), need, (), catalog
    )
    assert said.change.text == "a tea for rainy days, nutty note"


def test_a_vague_request_joins_what_was_said_before(catalog: Catalog):
    need = Need("teas", 1, "a tea for rainy days")
    said = told(_turn("recommend", "something cosy"), need, (), catalog)
    assert said.change.text == "a tea for rainy days, something cosy"


def test_feedback_leaves_the_text_alone_but_for_unmet_wishes(catalog: Catalog):
    need = Need("teas", 1, "a tea for rainy days")
    assert (
        told(_turn("like", "great", unmet=("nutty",)), need, (), catalog).change.text == "a tea for rainy days, nutty"
    )
    assert told(_turn("like", "great"), need, (), catalog).change.text == ""
    assert told(_turn("explain", "why", unmet=("why",)), need, (), catalog).change.text == ""


def test_the_text_never_grows_beyond_its_limit(catalog: Catalog):
    need = Need("teas", 1, "x" * 600)
    said = told(_turn("refine", "something cosy"), need, (), catalog)
    assert len(said.change.text) == 600
    assert said.change.text.endswith("something cosy")


def test_a_facet_that_does_not_matter_any_more_is_dropped(catalog: Catalog):
    need = Need("teas", 1, "", (GREEN, Constraint("price", "at_most", 10)))
    said = told(_turn("refine", dropped_facets=("price", "nonsense")), need, (), catalog)
    assert apply(need, said.change, catalog.pack).constraints == (GREEN,)


def test_the_words_of_a_wish_taken_back_leave_the_text():
    need = Need("teas", 2, "a grassy tea for the morning", (NOT_SMOKY,))
    reading = Reading(constraints=(GREEN,), spans=((2, 8),))
    left = without(need, [GREEN], [("a grassy tea for the morning", reading)])
    assert left.text == "a tea for the morning"


def test_the_words_of_a_wish_that_stays_stay():
    need = Need("teas", 2, "a grassy tea", (GREEN,))
    left = without(need, [NOT_SMOKY], [("a grassy tea", Reading(constraints=(GREEN,), spans=((2, 8),)))])
    assert left.text == "a grassy tea"


def test_somebody_elses_need_starts_empty():
    mine = Need("teas", 3, "green", (GREEN,), ("1",))
    assert need_for("my son", mine, [NeedVersion(mine)]) == (Need("teas", 3, for_whom="my son"), 4)


def test_for_me_again_returns_to_what_i_wanted():
    mine = Need("teas", 3, "green", (GREEN,), ("1",))
    theirs = Need("teas", 5, "black", for_whom="my son")
    back = need_for("self", theirs, [NeedVersion(mine, 2), NeedVersion(theirs, 4)])
    assert back == (Need("teas", 5, "green", (GREEN,), ("1",)), 2)
