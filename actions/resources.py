"""What actions work with and what is costly to open: catalogs, the store, the ranker; opened when first needed."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone

from actions.degraded import Popularity
from actions.ranker import Ranker
from data.catalog import Catalog, load_catalog, load_interactions
from data.errors import DataError
from data.pack import load_pack
from data.settings import Settings
from data.store import Store


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(timezone.utc)


class Resources:
    """Catalogs, store and ranker of one action server; each is opened once, by whoever needs it first."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = now):
        self.settings = settings
        self.clock = clock
        self.ranker = Ranker(settings.ranker_url, settings.ranker_timeout_s)
        self._lock = threading.RLock()
        self._catalogs: dict[str, Catalog] = {}
        self._popularity: dict[str, Popularity] = {}

    @functools.cached_property
    def store(self) -> Store:
        """The store, with its tables made."""
        with self._lock:
            store = Store(self.settings.database_url)
            store.migrate()
            return store

    def pack_name(self, *wanted: str | None) -> str:
        """The first of `wanted` that is served, else the pack assumed."""
        served = self.settings.packs
        return next((name for name in wanted if name in served), served[0])

    def catalog(self, pack: str) -> Catalog:
        """The catalog of a served pack. Raises DataError when it cannot be read."""
        if pack not in self.settings.packs:
            raise DataError(f"pack {pack!r}: not served; served are {', '.join(self.settings.packs)}")
        with self._lock:
            if pack not in self._catalogs:
                self._catalogs[pack] = load_catalog(load_pack(pack, self.settings.home), self.settings.home)
            return self._catalogs[pack]

    def popularity(self, pack: str) -> Popularity:
        """How many interactions each item of the pack has."""
        with self._lock:
            if pack not in self._popularity:
                interactions = load_interactions(self.catalog(pack).pack, self.settings.home)
                self._popularity[pack] = Counter(interaction.item_id for interaction in interactions)
            return self._popularity[pack]

    def warm_up(self) -> None:
        """Opens everything, so that no person waits for it."""
        for pack in self.settings.packs:
            self.popularity(pack)
        self.store  # noqa: B018  a cached property: reading it opens the store
