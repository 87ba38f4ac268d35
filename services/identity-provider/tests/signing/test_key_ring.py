"""The keys of a running process."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from identity_provider.signing.key_files import write_new_key
from identity_provider.signing.key_ring import RELIST_INTERVAL, KeyRing

from vf_tokens import UnusableKey, parse_key_set

NOW = datetime(2026, 11, 22, 18, 14, 0, tzinfo=UTC)


class Clock:
    time = 1000.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ring(identity, tmp_path, clock):
    write_new_key(tmp_path, algorithm="ES256", now=NOW)
    return KeyRing(replace(identity.signing, keys_dir=tmp_path), clock=clock)


def test_a_new_file_is_noticed_without_a_restart_and_signs_after_the_delay(ring, clock, tmp_path):
    first = ring.signer(NOW.timestamp())
    write_new_key(tmp_path, algorithm="ES256", now=NOW + timedelta(seconds=10))
    assert len(ring.keys().verification) == 1
    clock.time += RELIST_INTERVAL
    assert len(ring.keys().verification) == 2
    assert ring.signer(NOW.timestamp() + 609) is first
    assert ring.signer(NOW.timestamp() + 610) is not first


def test_a_removed_file_is_forgotten(ring, clock, tmp_path):
    old = ring.signer(0).kid
    [path] = tmp_path.iterdir()
    write_new_key(tmp_path, algorithm="ES256", now=NOW + timedelta(seconds=10))
    path.unlink()
    clock.time += RELIST_INTERVAL
    assert old not in ring.keys().verification.kids


def test_a_broken_file_is_reported_once_and_the_others_go_on(ring, clock, tmp_path, log_lines):
    (tmp_path / "20261123T000000Z.pem").write_bytes(b"half a key")
    (tmp_path / "notes.pem").write_bytes(b"")
    for _ in range(3):
        assert ring.signer(NOW.timestamp() + 10**6)
        clock.time += RELIST_INTERVAL
    assert [line["event"] for line in log_lines].count("signing_key_ignored") == 2


def test_the_same_key_in_two_files_is_published_once(ring, clock, tmp_path):
    [path] = tmp_path.iterdir()
    (tmp_path / "20270101T000000Z.pem").write_bytes(path.read_bytes())
    assert len(parse_key_set(json.dumps(ring.keys().document))) == 1


def test_the_folder_is_not_listed_at_every_use(ring, clock, tmp_path):
    ring.keys()
    for path in tmp_path.iterdir():
        path.unlink()
    assert ring.signer(0)
    clock.time += RELIST_INTERVAL
    with pytest.raises(UnusableKey):
        ring.signer(0)


def test_hs256_signs_with_the_shared_secret_and_publishes_nothing(identity):
    ring = KeyRing(replace(identity.signing, algorithm="HS256", shared_secret="s" * 32))
    assert ring.signer(0).algorithm == "HS256"
    assert ring.keys().document == {"keys": []}
