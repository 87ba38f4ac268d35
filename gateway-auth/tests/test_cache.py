"""The cache is bounded in bytes, and what is used outlives what is not (hostile row 39)."""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway_auth.cache import BoundedCache


@dataclass
class Value:
    name: object
    size: int = 10
    used: bool = False


def filled(count: int, max_bytes: int = 1000) -> BoundedCache[Value]:
    cache: BoundedCache[Value] = BoundedCache(max_bytes)
    for number in range(count):
        cache.put(b"%d" % number, Value(number))
    return cache


def use(cache: BoundedCache[Value], key: bytes) -> bool:
    value = cache.get(key)
    if value is not None:
        value.used = True
    return value is not None


def test_what_was_put_is_there():
    assert filled(3).get(b"2") == Value(2)


def test_a_value_that_is_put_again_replaces_the_old_one():
    cache = filled(1)
    cache.put(b"0", Value("new", 50))
    assert (cache.get(b"0").name, cache.size, len(cache)) == ("new", 50, 1)


def test_what_is_discarded_is_gone():
    cache = filled(2)
    cache.discard(b"0")
    cache.discard(b"0")
    assert (cache.get(b"0"), cache.size) == (None, 10)


def test_everything_can_be_forgotten():
    cache = filled(5)
    cache.clear()
    assert (len(cache), cache.size, cache.get(b"1")) == (0, 0, None)


def test_a_value_larger_than_a_tenth_of_the_bound_is_not_kept():
    cache = filled(50)
    cache.put(b"huge", Value("huge", 101))
    assert cache.get(b"huge") is None
    assert len(cache) == 50


def test_a_flood_of_one_off_keys_does_not_push_out_used_ones():
    cache = filled(80)
    for number in range(80):
        use(cache, b"%d" % number)
    for number in range(10_000):
        cache.put(b"one-off %d" % number, Value(number))
    assert all(use(cache, b"%d" % number) for number in range(80))
    assert cache.size <= 1000


def test_a_used_key_that_is_no_longer_used_makes_room_in_the_end():
    cache = filled(90)
    for number in range(90):
        use(cache, b"%d" % number)
    for round_number in range(30):
        for number in range(90):
            key = b"new %d %d" % (round_number // 15, number)
            if not use(cache, key):
                cache.put(key, Value(key))
            use(cache, key)
    assert not any(cache.get(b"%d" % number) for number in range(90))


class AgainstAModel(RuleBasedStateMachine):
    """Whatever is done: nothing wrong is answered, and the bound and the sums hold."""

    def __init__(self):
        super().__init__()
        self.cache: BoundedCache[Value] = BoundedCache(300)
        self.model: dict[bytes, Value] = {}

    keys = st.integers(0, 30).map(lambda number: b"%d" % number)

    @rule(key=keys, size=st.integers(1, 45))
    def put(self, key, size):
        self.model[key] = Value(object(), size)
        self.cache.put(key, self.model[key])
        if size <= 30:
            assert key in self.cache._all or self.cache.size > 270

    @rule(key=keys)
    def use(self, key):
        value = self.cache.get(key)
        assert value is None or value is self.model[key]
        if value is not None:
            value.used = True

    @rule(key=keys)
    def discard(self, key):
        self.cache.discard(key)
        self.model.pop(key, None)

    @rule()
    def clear(self):
        self.cache.clear()
        self.model.clear()

    @invariant()
    def the_sums_are_right(self):
        cache = self.cache
        assert cache.size == sum(value.size for value in cache._all.values()) <= 300
        assert cache._waiting_size == sum(value.size for value in cache._waiting.values())
        assert cache._all.keys() == cache._waiting.keys() | cache._kept.keys()
        assert not cache._waiting.keys() & cache._kept.keys()


TestAgainstAModel = AgainstAModel.TestCase
TestAgainstAModel.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
