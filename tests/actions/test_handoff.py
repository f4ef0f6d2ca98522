"""Handoff as the actions see it: the reason, the list for a colleague, and the return."""

from __future__ import annotations

from typing import Any


async def returned(
    person: Any, after: int, heard: tuple[dict[str, Any], ...] = (), has_more: bool = False, payload: str = "/returned"
) -> Any:
    """The bot's first words after a human, or its list for one."""
    about = {"heard_after": after, "heard": list(heard), "has_more": has_more}
    make = person.tracker

    def informed(*arguments: Any) -> Any:
        tracker = make(*arguments)
        person.events[-1]["metadata"].update(about)
        return tracker

    person.tracker = informed
    reply = await person.presses(payload)
    person.tracker = make
    return reply


def said_to_human(intent: str, text: str, **reading: Any) -> dict[str, Any]:
    return {
        "text": text, "intent": {"name": intent}, "message_id": f"h-{text}",
        "reading": {"language": "en", **reading},
    }  # fmt: skip


async def test_an_angry_person_hears_an_apology_and_the_packet_says_why(person, resources):
    reply = await person.presses('/human{"why": "anger"}')
    assert reply.utters == ["utter_handoff_anger", "utter_handoff"]
    assert resources.store.handoffs.active_of(person.conversation_id).reason == "anger"


async def test_a_forged_reason_is_none(person, resources):
    await person.presses('/human{"why": "<script>"}')
    assert resources.store.handoffs.active_of(person.conversation_id).reason == "asked"


async def test_a_suggestion_heeds_the_need_and_counts_as_shown_only_when_sent(person, resources, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")], count=2)
    suggested = await person.presses("/suggest")
    assert suggested.items == ["6", "8", "10"]
    assert resources.store.shown_items(person.conversation_id, "teas") == ["4", "5"]


async def test_a_suggestion_heeds_what_was_just_told_to_the_human_and_the_return_hears_it_once(person, resources, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")], count=1)
    cheap = said_to_human("refine", "under 9 euros please", constraints=[wish("price", "at_most", 8)])
    assert (await returned(person, 0, (cheap,), payload="/suggest")).items == ["8", "10"]
    versions = len(resources.store.versions(person.conversation_id, "teas"))
    await returned(person, 0, (cheap,))
    assert len(resources.store.versions(person.conversation_id, "teas")) == versions


async def test_back_again_the_bot_says_so_and_where_things_were(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    reply = await returned(person, 0)
    assert reply.utters == ["utter_returned", "utter_returned_need"]
    assert reply.text == "I'm back. You're looking for teas: green. Shall I go on from there?"


async def test_a_wish_told_to_the_human_is_a_wish(person, resources, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    cheap = said_to_human("refine", "under 9 euros please", constraints=[wish("price", "at_most", 9)])
    reply = await returned(person, 0, (cheap,))
    assert reply.chips == ["green", "price up to 9"]


async def test_what_the_human_showed_is_said_and_the_place_in_it_can_be_chosen(person, resources, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")], count=1)
    store, after = resources.store, 0
    need = store.current_need(person.conversation_id, "teas")
    slate = {"items": [{"item_id": "5"}, {"item_id": "10"}]}
    store.add_message(person.conversation_id, "agent", {"type": "slate", "text": "These?", "slate": slate})
    store.save_slate(person.conversation_id, "teas", need.version, ["5", "10"])
    reply = await returned(person, after)
    assert "Gyokuro and Hojicha" in reply.text.replace("“", "").replace("”", "")
    second = said_to_human("choose", "I take the second", positions=[{"index": 2, "role": "about"}])
    chosen = await returned(person, after, (second,))
    assert "utter_returned_chosen" in chosen.utters
    assert [past.item_id for past in store.interactions(person.user_id, "teas") if past.kind == "chosen"] == ["10"]
    assert (await person.says("more", "more")).items == ["6", "8"]


async def test_with_an_unanswered_message_behind_it_the_return_asks_nothing(person):
    assert (await returned(person, 0, has_more=True)).utters == ["utter_returned"]
