"""What is read out of Rasa's tracker."""

from rasa_sdk import Tracker

from actions.reading import Reading
from actions.turn import asked_about, failures_in_a_row, language_of, read_payload, read_turn
from data.need import Constraint

GREEN = {"facet": "kind", "op": "is", "value": "Green", "strength": "must", "span": [2, 7], "source": "lexicon"}


def _tracker(message: dict, **slots: str) -> Tracker:
    return Tracker("sender", slots, message, [], False, None, {}, None)


def test_the_reading_of_the_message_is_read():
    turn = read_turn(_tracker({"text": "a green tea", "reading": {"language": "en", "constraints": [GREEN]}}))
    assert turn.reading.constraints == (Constraint("kind", "is", "Green"),)
    assert turn.reading.spans == ((2, 7),)


def test_parts_of_a_reading_that_are_unknown_or_wrong_are_left_out():
    wrong = {"facet": "kind", "op": "resembles", "value": "Green"}
    reading = Reading.from_dict({"constraints": [wrong, GREEN, "text"], "count": "five", "items": None, "new": 1})
    assert reading == Reading(constraints=(Constraint("kind", "is", "Green"),), spans=((2, 7),))


def test_the_conversation_is_the_one_that_the_gateway_names():
    metadata = {"conversation_id": "c1", "user_id": "u1", "message_id": "m1"}
    turn = read_turn(_tracker({"text": "hi", "metadata": metadata}))
    assert (turn.conversation_id, turn.user_id, turn.message_id) == ("c1", "u1", "m1")


def test_without_metadata_the_sender_is_the_conversation():
    assert read_turn(_tracker({"text": "hi"})).conversation_id == "sender"


def test_a_button_has_a_payload_and_no_reading():
    turn = read_turn(
        _tracker({"text": '/feedback{"kind": "like", "item_id": "5"}', "reading": {"constraints": [GREEN]}})
    )
    assert turn.payload == {"kind": "like", "item_id": "5"}
    assert turn.reading == Reading()


def test_words_that_look_like_json_are_no_payload():
    assert read_payload('I said {"kind": "like"}') == {}


def test_a_broken_payload_is_empty():
    assert read_payload('/feedback{"kind": ') == {}


def test_the_language_is_that_of_the_text_before_that_of_the_slot_and_the_locale():
    assert language_of("zh", "en", "en-US") == "zh"
    assert language_of(None, "zh", "en-US") == "zh"
    assert language_of(None, None, "zh-CN") == "zh"


def test_a_language_that_we_do_not_speak_is_answered_in_english():
    assert language_of("fr", None, "de-DE") == "en"


def test_the_message_asked_about_is_the_one_before_the_clarification():
    said = {
        "event": "user",
        "text": "grün",
        "parse_data": {"reading": {"maybe": [GREEN]}},
        "metadata": {"message_id": "7"},
    }
    events = [
        {"event": "user", "text": "hi"},
        {"event": "action", "name": "action_greet"},
        said,
        {"event": "action", "name": "action_clarify"},
        {"event": "bot", "text": "?", "metadata": {"variants": {"utter_clarify": 1}}},
        {"event": "user", "text": "yes"},
    ]
    (asked,) = asked_about(events)
    assert (asked.text, asked.message_id, asked.reading.maybe) == ("grün", "7", (Constraint("kind", "is", "Green"),))


def test_clarifications_in_a_row_are_counted_across_a_no():
    clarified = [{"event": "action", "name": "action_clarify"}, _said("utter_clarify")]
    denied = [{"event": "action", "name": "action_deny"}, _said("utter_deny")]
    answered = [{"event": "action", "name": "action_recommend"}, _said("utter_slate")]
    listening = {"event": "action", "name": "action_listen"}
    assert failures_in_a_row([*clarified, *answered, *clarified, listening, *denied, *clarified]) == 2


def test_an_action_that_clarified_nothing_because_a_button_was_chosen_in_words_is_no_failure():
    chosen = [{"event": "action", "name": "action_clarify"}, _said("utter_slate")]
    assert failures_in_a_row(chosen) == 0


def _said(response: str) -> dict:
    return {"event": "bot", "text": "…", "metadata": {"variants": {response: 1}}}
