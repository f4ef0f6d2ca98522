"""Many simulated people, each once with the bot, once with a bot that does not know them, once with the search box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from random import Random
from typing import Any

from bot.launch.chat_api import ChatApi
from bot.simulation.people import PERSONAS, Person
from bot.simulation.search_box import SearchBox
from bot.simulation.talk import Dialogue, search, talk
from data.catalog import Catalog, Interaction, Item
from data.pack import LANGUAGES
from data.store.store import Store

AT_ONCE = 4
"""Conversations at a time."""
REMEMBERED = 50
"""Newest interactions that the bot is given of a person."""
PROTOCOL = (
    "Each person has one item in mind, the last of a real history (drawn uniformly where a pack has none), and says "
    "true things about it: values, decades, bounds, what they refuse of what is shown, names from their history. Found "
    "means shown. The bot is given the history before the item through its own store; `no_history` is not. The search "
    "box is given the true meaning of each turn, shows the next five most popular items, and never what is known."
)


@dataclass(frozen=True)
class Cast:
    """Who is in a person's place: item in mind, what came before it with ratings, seed."""

    target: Item
    history: tuple[Interaction, ...]
    seed: int


def cast(catalog: Catalog, interactions: Sequence[Interaction], users: int, seed: int) -> list[Cast]:
    """`users` people drawn from those who liked their last item (rated it at least as well as they do on average)."""
    rng = Random(seed)
    histories: dict[str, list[Interaction]] = {}
    for one in sorted(interactions, key=lambda one: one.timestamp):
        histories.setdefault(one.user_id, []).append(one)
    fit = [h for h in histories.values() if len(h) > 1 and h[-1].item_id in catalog and _liked(h)]
    if not fit:
        return [Cast(rng.choice(catalog.items), (), seed * 10_000 + n) for n in range(users)]
    drawn = rng.sample(fit, min(users, len(fit)))
    return [Cast(catalog[h[-1].item_id], tuple(h[:-1]), seed * 10_000 + n) for n, h in enumerate(drawn)]


def _liked(history: Sequence[Interaction]) -> bool:
    return history[-1].rating >= sum(one.rating for one in history) / len(history)


def people(casts: Sequence[Cast], catalog: Catalog) -> Iterator[Person]:
    """One person each; personas and languages take turns."""
    tempers = cycle([(persona, language) for persona in PERSONAS for language in LANGUAGES])
    for one, (persona, language) in zip(casts, tempers, strict=False):
        history = [catalog[i.item_id] for i in one.history if i.item_id in catalog and i.rating >= 4]
        yield Person(catalog, one.target, history, persona, language, one.seed)


def with_bot(
    casts: Sequence[Cast],
    catalog: Catalog,
    api: ChatApi,
    store: Store | None,
    progress: Callable[[int, int], None],
) -> list[Dialogue]:
    """Every person's conversation with the bot, in order; with a store, the bot is given their histories first."""
    pack, done = catalog.pack.name, 0
    dialogues = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for dialogue in pool.map(partial(_conversation, api, store, pack), casts, people(casts, catalog)):
            done += 1
            progress(done, len(casts))
            dialogues.append(dialogue)
    return dialogues


def _conversation(api: ChatApi, store: Store | None, pack: str, who: Cast, person: Person) -> Dialogue:
    session = api.open_session(person.language)
    if store:
        for one in who.history[-REMEMBERED:]:
            store.record_interaction(session.user_id, pack, one.item_id, "rating", one.rating)
    return talk(person, partial(api.send, session), pack)


def with_search_box(casts: Sequence[Cast], catalog: Catalog, counts: dict[str, int]) -> list[Dialogue]:
    """The same people with the search box."""
    return [
        search(person, SearchBox(catalog, counts, {one.item_id for one in who.history}))
        for who, person in zip(casts, people(casts, catalog), strict=True)
    ]


def transcript(dialogue: Dialogue) -> dict[str, Any]:
    """A dialogue as JSON: what was said and shown."""
    return {
        "persona": dialogue.persona,
        "language": dialogue.language,
        "target": dialogue.person.target.title,
        "found_at": dialogue.found_at,
        "turns": [
            {
                "person": exchange.turn.text,
                "pressed": exchange.turn.payload is not None,
                "bot": [str(message.get("text", "")) for message in exchange.answer],
                "shown": [item.title for item in exchange.items],
                "buttons": [c["title"] for message in exchange.answer for c in message.get("choices") or ()],
            }
            for exchange in dialogue.exchanges
        ],
    }
