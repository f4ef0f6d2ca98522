"""The tracker store: dialogue state of the most recent conversations in memory, each cut to its last turns."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, Optional, Text

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

CONVERSATIONS = 2000
TURNS = 6


class RecentTrackerStore(TrackerStore):
    """A cache, as DESIGN.md 5.6 wants it: a conversation that fell out goes on in a new session.

    Rasa replays every event several times a turn and sends them all to the action server, so an uncut tracker doubles
    the cost of a turn within sixty turns.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        host: Optional[Text] = None,
        conversations: int = CONVERSATIONS,
        turns: int = TURNS,
        **kwargs: Any,
    ) -> None:
        """`host` is what Rasa passes for a store with a URL; this one has none."""
        self._conversations = conversations
        self._turns = turns
        self._events: OrderedDict[str, tuple[Event, ...]] = OrderedDict()
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the last turns; the conversation used longest ago makes room when there are too many."""
        await self.stream_events(tracker)
        self._events[tracker.sender_id] = recent(tracker, self._turns)
        self._events.move_to_end(tracker.sender_id)
        while len(self._events) > self._conversations:
            self._events.popitem(last=False)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """A new tracker with the kept events, or None. Events are never changed once made, so they may be shared."""
        events = self._events.get(sender_id)
        if events is None:
            return None
        self._events.move_to_end(sender_id)
        tracker = self.init_tracker(sender_id)
        for event in events:
            tracker.update(event, self.domain)
        return tracker

    async def keys(self) -> Iterable[Text]:
        """The kept conversations, the one used longest ago first."""
        return list(self._events)


def recent(tracker: DialogueStateTracker, turns: int) -> tuple[Event, ...]:
    """The events of the last `turns` messages, led by the slots as they stood; a shorter tracker as it is."""
    events = list(tracker.events)
    start = max(_begin_of_turn(events, turns), _after_restart(events))
    if start == 0:
        return tuple(events)
    if start == len(events):
        return (*events[-1:],)
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:start], slots=list(tracker.slots.values()))
    stood = [SlotSet(name, value) for name, value in before.current_slot_values().items() if value is not None]
    loop = [ActiveLoop(before.active_loop_name)] if before.active_loop_name else []
    return (
        SessionStarted(),
        *stood,
        *loop,
        *_variants(events[:start]),
        ActionExecuted(ACTION_LISTEN_NAME),
        *events[start:],
    )


def _variants(events: Sequence[Event]) -> list[Event]:
    """One wordless message that still tells which variant of each response was said last."""
    said: dict[str, int] = {}
    for event in events:
        if isinstance(event, BotUttered):
            said.update((event.metadata or {}).get("variants") or {})
    return [BotUttered(None, metadata={"variants": said})] if said else []


def _begin_of_turn(events: Sequence[Event], turns: int) -> int:
    """Where the last `turns` messages begin; 0 when there are not more."""
    said = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    return said[-turns] if len(said) > turns else 0


def _after_restart(events: Sequence[Event]) -> int:
    restarts = [index for index, event in enumerate(events) if isinstance(event, Restarted)]
    return restarts[-1] + 1 if restarts else 0
