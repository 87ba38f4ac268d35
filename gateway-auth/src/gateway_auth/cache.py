"""A cache bounded in bytes that one-off keys cannot empty.

New entries wait in a short queue, and only those that are used again move on to the main queue (S3-FIFO, SOSP 2023,
without its ghost queue). A hit costs one lookup and one attribute. All ordering happens on insertion.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Entry(Protocol):
    """What can be cached: it knows its own size and remembers being used."""

    used: bool
    size: int
    """Bytes, overhead included."""


V = TypeVar("V", bound=Entry)

_WAITING_SHARE = 0.1


class BoundedCache(Generic[V]):
    """Values by key. A value set ``used`` by its reader outlives the ones nobody asked for again."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._waiting_size = 0
        self._waiting: OrderedDict[Hashable, V] = OrderedDict()
        """Ordered, because a plain dictionary finds its first key by walking over the places of all deleted ones."""
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._all: dict[Hashable, V] = {}
        self.get = self._all.get
        """``get(key)``: the value or None. The dictionary's own method, because this is the hot path."""

    def __len__(self) -> int:
        return len(self._all)

    def put(self, key: Hashable, value: V) -> None:
        """Insert or replace. A value larger than a tenth of the bound is not kept at all."""
        self.discard(key)
        if value.size > self.max_bytes * _WAITING_SHARE:
            return
        self._all[key] = self._waiting[key] = value
        self.size += value.size
        self._waiting_size += value.size
        while self.size > self.max_bytes:
            self._evict()

    def discard(self, key: Hashable) -> None:
        """Remove ``key`` if it is there."""
        value = self._all.pop(key, None)
        if value is None:
            return
        self.size -= value.size
        if self._waiting.pop(key, None) is not None:
            self._waiting_size -= value.size
        else:
            del self._kept[key]

    def clear(self) -> None:
        """Forget everything, as when a key set changed."""
        for entries in (self._all, self._waiting, self._kept):
            entries.clear()
        self.size = self._waiting_size = 0

    def _evict(self) -> None:
        """Take the oldest entry of a queue: one that was used moves to the end of the main queue, once for its use."""
        too_many_wait = self._waiting_size > self.max_bytes * _WAITING_SHARE
        waiting = bool(self._waiting) and (too_many_wait or not self._kept)
        key, value = (self._waiting if waiting else self._kept).popitem(last=False)
        if waiting:
            self._waiting_size -= value.size
        if value.used:
            value.used = False
            self._kept[key] = value
        else:
            del self._all[key]
            self.size -= value.size
