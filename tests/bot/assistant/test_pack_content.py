"""What a pack teaches, and what is doubtful in it."""

from __future__ import annotations

from bot.assistant.pack_content import clashes, sample

EXAMPLES = [
    ("recommend", "a dry red"),
    ("recommend", "a dry red"),
    ("refine", "something drier"),
    ("like", "I loved it"),
]


def test_a_sample_has_no_repeats_and_is_the_same_for_the_same_seed() -> None:
    drawn = sample(EXAMPLES, 10, seed=3)
    assert sorted(drawn) == [("like", "I loved it"), ("recommend", "a dry red"), ("refine", "something drier")]
    assert sample(EXAMPLES, 2, seed=3) == sample(EXAMPLES, 2, seed=3)


def test_a_sentence_of_two_intents_is_a_clash_whatever_its_case_and_spacing() -> None:
    found = list(clashes("wines", EXAMPLES, [("recommend", "Something  drier"), ("like", "i loved it")]))
    assert found == ["wines: 'something drier' is an example of recommend and refine"]
