"""The answer that most turns end in: keep what was told, rank, and show a list or the ways out of an empty one."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.asking import answers, next_question
from actions.change import Told
from actions.corrections import is_correction
from actions.degraded import popular, relaxations
from actions.memory import Memory, keep
from actions.ranker import RankerDown
from actions.ranking import RankedItem, Ranking, RankRequest, Relaxation, truthful
from actions.scene import Scene
from actions.slate import Choice, choices_message, resume_choice, simple_choices, slate_message, wish_choice
from actions.transfer import Lent, lent
from actions.wishes import in_one_line, key_of, noun, payload, sentence_case, ways_round
from actions.wording import Said, together
from data.catalog import eligible
from data.need import Need

LOG = logging.getLogger(__name__)
DEFAULT_COUNT = 5
LARGEST_COUNT = 10
WAYS_OUT = 3
LINE = 6
"""Wishes named in a sentence; the chips show all."""


@dataclass(frozen=True)
class Outcome:
    """A ranking with how it came about."""

    ranking: Ranking
    memory: Memory
    count: int
    """How many items were asked for."""
    is_again: bool = False
    """The list holds only items that were shown before: nothing new fits."""
    borrowed: Lent = Lent()
    """The taste of another pack that the list goes by."""
    can_undo: bool = False
    """The turn changed something that a button should take back."""


async def recommend(
    scene: Scene,
    told: Told,
    opening: Sequence[Said] = (),
    wants_new: bool = False,
    again: Sequence[str] = (),
    question: tuple[Said, list[Choice]] | None = None,
) -> list[Said]:
    """What the bot says: `opening` (an acknowledgement), then the list for the need as it is after this turn.

    With `wants_new` (the person asked for more) items shown before never come again; those of `again` (the list that
    the person went back to) do. A `question` with its answers goes below the list, before any of the bot's own.
    """
    memory = await asyncio.to_thread(keep, scene, told)
    is_changed = memory.need.version != scene.need.version
    scene = dataclasses.replace(scene, need=memory.need, history=memory.history)
    borrowed = await asyncio.to_thread(lent, scene, memory)
    outcome = await _outcome(scene, memory, wants_new, again, borrowed)
    outcome = dataclasses.replace(outcome, can_undo=is_changed and bool(opening or not outcome.ranking.items))
    if not outcome.ranking.items:
        return [*_remarks(scene, told, opening, outcome), _empty(scene, outcome)]
    store = scene.resources.store
    need = memory.need
    await asyncio.to_thread(store.save_slate, scene.conversation_id, need.pack, need.version, outcome.ranking.item_ids)
    return [*_remarks(scene, told, opening, outcome), *await _slate(scene, outcome, wants_new, question)]


async def _outcome(scene: Scene, memory: Memory, wants_new: bool, again: Sequence[str], borrowed: Lent) -> Outcome:
    count = min(max(scene.turn.reading.count or len(again) or DEFAULT_COUNT, 1), LARGEST_COUNT)
    shown = [item_id for item_id in memory.shown if item_id not in again]
    hidden = [*memory.known, *shown]
    twins = [twin for item_id in hidden for twin in scene.catalog.twins.get(item_id, ())]
    need = dataclasses.replace(memory.need, text=memory.need.text or borrowed.text)
    new = RankRequest(need, memory.history, tuple(dict.fromkeys([*hidden, *twins])), count)
    ranking = await rank(scene, new)
    if ranking.items or wants_new or not ranking.eligible or not memory.shown:
        return Outcome(ranking, memory, count, borrowed=borrowed)
    once_more = dataclasses.replace(new, exclude=memory.known)
    repeated = await (_unranked(scene, once_more) if ranking.is_degraded else rank(scene, once_more))
    return Outcome(repeated, memory, count, is_again=True)


async def rank(scene: Scene, request: RankRequest) -> Ranking:
    """The ranker's answer, held to what was asked; what is popular within the constraints when there is none."""
    try:
        ranking = await scene.resources.ranker.rank(request)
    except RankerDown as error:
        LOG.warning("%s; answering with what is popular", error)
        return await _unranked(scene, request)
    return _held(ranking, request, scene)


async def _unranked(scene: Scene, request: RankRequest) -> Ranking:
    """What is popular within the constraints."""
    popularity = await asyncio.to_thread(scene.resources.popularity, request.need.pack)
    return await asyncio.to_thread(popular, request, scene.catalog, popularity)


def _held(ranking: Ranking, request: RankRequest, scene: Scene) -> Ranking:
    """The ranking without items that are unknown, excluded, or break a `must`: the person was promised that."""
    excluded = set(request.exclude)
    kept = tuple(
        dataclasses.replace(item, reasons=truthful(item.reasons, request.history))
        for item in ranking.items
        if item.item_id in scene.catalog
        and item.item_id not in excluded
        and eligible(scene.catalog[item.item_id], request.need.constraints)
    )
    if len(kept) < len(ranking.items):
        wrong = len(ranking.items) - len(kept)
        LOG.error("ranker: %d of %d items were not what was asked for", wrong, len(ranking.items))
    return dataclasses.replace(ranking, items=_once(kept, scene)[: request.k])


def _once(items: Sequence[RankedItem], scene: Scene) -> tuple[RankedItem, ...]:
    """Without items that are listed twice in the catalog; the better placed stays."""
    kept: dict[str, RankedItem] = {}
    for item in items:
        if not any(twin in kept for twin in scene.catalog.twins.get(item.item_id, ())):
            kept[item.item_id] = item
    return tuple(kept.values())


async def _slate(
    scene: Scene, outcome: Outcome, wants_new: bool, question: tuple[Said, list[Choice]] | None
) -> list[Said]:
    """The list with its text, what to do next as choices, and a question below it where one helps."""
    ranking, catalog, wording = outcome.ranking, scene.catalog, scene.wording
    texts = [scene.say("utter_degraded_note")] if ranking.is_degraded and outcome.is_again else []
    texts.append(_headline(scene, outcome, wants_new))
    choices = _next_steps(scene, outcome)
    asked = question or (None if wants_new else await _asked(scene, ranking))
    if asked is None:
        custom = slate_message(ranking, scene.need, catalog, wording, choices)
        return [together(texts, scene.turn.language, custom)]
    question_text, answered = asked
    slate = together(texts, scene.turn.language, slate_message(ranking, scene.need, catalog, wording))
    below = {"type": "choices", "choices": [*answered, *choices]}
    return [slate, dataclasses.replace(question_text, custom=below)]


def _next_steps(scene: Scene, outcome: Outcome) -> list[Choice]:
    """More where there is more, ways out of a short list, and a new beginning."""
    ranking, wording = outcome.ranking, scene.wording
    choices = _way_back(scene) + (simple_choices(wording, "undo") if outcome.can_undo else [])
    if len(ranking.items) == outcome.count and ranking.eligible > outcome.count and not outcome.is_again:
        choices += simple_choices(wording, "more")
    if len(ranking.items) < min(DEFAULT_COUNT, outcome.count) and scene.need.constraints:
        choices += _ways_out(scene, ranking)
    return [*choices, *simple_choices(wording, "start_over")]


def _way_back(scene: Scene) -> list[Choice]:
    """The button that goes on with what an earlier visit looked for."""
    left = _left(scene)
    return [resume_choice(scene.earlier.need.version, left, scene.wording)] if scene.earlier and left else []


async def _asked(scene: Scene, ranking: Ranking) -> tuple[Said, list[Choice]] | None:
    """What the bot asks below a list, with its answers: a doubtful wish first, else what narrows most."""
    doubtful = [
        constraint
        for constraint in scene.turn.reading.maybe[:2]
        if constraint.facet in scene.pack.facets and constraint not in scene.need.constraints
    ]
    if doubtful:
        return scene.say("utter_maybe"), [wish_choice(wish, scene.catalog, scene.wording) for wish in doubtful]
    asked = await next_question(scene, ranking.is_degraded, ranking.is_flat)
    if asked is None:
        return None
    return scene.say("utter_ask_back", question=(asked.facet.ask or {})[scene.turn.language]), answers(scene, asked)


def _headline(scene: Scene, outcome: Outcome, wants_new: bool) -> Said:
    """One sentence that says what the list is."""
    ranking = outcome.ranking
    count = len(ranking.items)
    need = scene.need
    if outcome.is_again:
        name, need = "utter_slate_again", filters(need)
    elif ranking.is_degraded:
        name, need = "utter_degraded", dataclasses.replace(need, like=(), unlike=())
    elif outcome.borrowed.titles:
        titles = [scene.label("utter_title", title=title) for title in outcome.borrowed.titles]
        return scene.say("utter_slate_transfer", titles=scene.wording.joined(titles))
    elif wants_new:
        name = "utter_more"
    elif count < outcome.count and count == ranking.eligible:
        name, need = "utter_slate_all", filters(need)
    elif count < outcome.count:
        name = "utter_slate_rest"
    elif outcome.memory.history and not (need.constraints or need.like):
        name = "utter_slate_taste"
    else:
        name = "utter_slate"
    wishes = in_one_line(dataclasses.replace(need, unlike=()), scene.catalog, scene.wording, LINE)
    name = name if wishes or name == "utter_slate_taste" else f"{name}_plain"
    return scene.say(name, wishes=wishes, eligible=ranking.eligible, **_counted(scene, count))


def filters(need: Need) -> Need:
    """The need with nothing but what every item of a list must meet."""
    musts = tuple(constraint for constraint in need.constraints if constraint.strength == "must")
    return dataclasses.replace(need, constraints=musts, like=(), unlike=())


def _counted(scene: Scene, count: int) -> dict[str, Any]:
    return {"count": count, "noun": noun(scene.pack, count, scene.turn.language)}


def _remarks(scene: Scene, told: Told, opening: Sequence[Said], outcome: Outcome) -> list[Said]:
    """What must be said besides the list, as one message: acknowledgement, what was not understood or not there."""
    remarks = [*_context(scene), *opening]
    if told.unmet:
        phrases = scene.wording.joined([scene.label("utter_quoted", phrase=phrase) for phrase in told.unmet])
        name = "utter_unmet_degraded" if outcome.ranking.is_degraded else "utter_unmet"
        remarks.append(scene.say(name, phrases=phrases))
    if told.beyond:
        remarks.append(beyond(scene))
    return [together(remarks, scene.turn.language)] if remarks else []


def _context(scene: Scene) -> list[Said]:
    """What has to be said of what this list stands on: a need of an earlier visit, or one that was heard wrong."""
    wishes = in_one_line(scene.need, scene.catalog, scene.wording, LINE)
    if scene.is_picked_up and wishes:
        return [scene.say("utter_picked_up", wishes=wishes)]
    if left := _left(scene):
        return [scene.say("utter_set_aside", wishes=left)]
    return [scene.say("utter_corrected", wishes=wishes)] if wishes and is_correction(scene.turn) else []


def _left(scene: Scene) -> str:
    """The wishes of an earlier visit that this one began beside."""
    return in_one_line(scene.earlier.need, scene.catalog, scene.wording, LINE) if scene.earlier else ""


def beyond(scene: Scene) -> Said:
    """A place was pointed at that the last list does not have."""
    if not scene.slate:
        return scene.say("utter_no_list")
    return scene.say("utter_beyond", **_counted(scene, len(scene.slate)))


def _empty(scene: Scene, outcome: Outcome) -> Said:
    """Nothing to show: says so, and gives counted ways out."""
    ranking = outcome.ranking
    wishes = in_one_line(filters(scene.need), scene.catalog, scene.wording, LINE)
    choices = [*_ways_out(scene, ranking), *_way_back(scene)]
    if ranking.eligible and wishes:
        headline = scene.say("utter_exhausted", wishes=wishes, eligible=ranking.eligible)
    elif ranking.eligible or not wishes:
        headline = scene.say("utter_exhausted_plain", eligible=ranking.eligible)
    else:
        headline = scene.say("utter_nothing", wishes=wishes)
    said = [headline]
    if _found(scene, ranking):
        said.append(scene.say("utter_ways_out", ways=scene.label("utter_way_joint").join(_ways(scene, ranking))))
    choices += simple_choices(scene.wording, *(["undo"] if outcome.can_undo else []), "start_over", "human")
    return together(said, scene.turn.language, choices_message(choices, scene.need, scene.catalog, scene.wording))


def _found(scene: Scene, ranking: Ranking) -> Sequence[Relaxation]:
    """The ranker's ways out, else counted here."""
    return (ranking.relaxations or relaxations(scene.need.constraints, scene.catalog))[:WAYS_OUT]


def _ways(scene: Scene, ranking: Ranking) -> list[str]:
    return [scene.label("utter_way_out", way=_way(scene, way), eligible=way.eligible) for way in _found(scene, ranking)]


def _ways_out(scene: Scene, ranking: Ranking) -> list[Choice]:
    """A button for each way out, with what it leads to."""
    choices = []
    for way in _found(scene, ranking):
        title = scene.label("utter_choice_counted", title=sentence_case(_way(scene, way)), count=way.eligible)
        drop = [key_of(scene.need.constraints[position]) for position in way.drop]
        choices.append({"title": title, "payload": payload("remove_chip", drop=drop)})
    return choices


def _way(scene: Scene, way: Relaxation) -> str:
    dropped = [scene.need.constraints[position] for position in way.drop]
    return ways_round(dropped, scene.pack, scene.wording)
