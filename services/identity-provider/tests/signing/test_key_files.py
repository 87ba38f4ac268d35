"""Key files: names, choice of the signer, making one."""

import stat
from datetime import UTC, datetime

import pytest
from identity_provider.signing.key_files import DatedKey, choose_signer, read_key, write_new_key

from vf_tokens import UnusableKey, generate_pem, signing_key_from_pem

NOW = datetime(2026, 11, 22, 18, 14, 0, tzinfo=UTC)
ES256, OTHER = (signing_key_from_pem(generate_pem()) for _ in range(2))
EDDSA = signing_key_from_pem(generate_pem("EdDSA"))


@pytest.mark.parametrize(
    ("keys", "signer"),
    [
        ([], None),
        ([(0, ES256)], ES256),
        ([(990, ES256)], ES256),
        ([(0, ES256), (300, OTHER)], OTHER),
        ([(0, ES256), (500, OTHER)], ES256),
        ([(900, ES256), (990, OTHER)], ES256),
        ([(2000, OTHER), (3000, ES256)], OTHER),
        ([(0, ES256), (100, EDDSA)], ES256),
        ([(0, EDDSA)], None),
    ],
    ids=[
        "none without a key",
        "the only one",
        "the only one, however new",
        "the newest that is old enough",
        "not a new one yet",
        "the oldest if all are new",
        "the oldest if all are of the future",
        "never one of another algorithm",
        "none of the algorithm",
    ],
)
def test_at_second_1000_with_a_delay_of_600_the_signer_is(keys, signer):
    dated = [DatedKey(published, key) for published, key in keys]
    assert choose_signer(dated, algorithm="ES256", now=1000, activation_delay=600) is signer


def test_a_new_key_is_private_named_after_its_time_and_readable_at_once(tmp_path):
    path = write_new_key(tmp_path / "keys", algorithm="RS256", now=NOW)
    read = read_key(path)
    assert path.name == "20261122T181400Z.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (read.published_at, read.key.algorithm) == (NOW.timestamp(), "RS256")
    assert list(path.parent.iterdir()) == [path]


def test_a_key_never_replaces_another(tmp_path):
    path = write_new_key(tmp_path, algorithm="ES256", now=NOW)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        write_new_key(tmp_path, algorithm="ES256", now=NOW)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "content"),
    [("key.pem", generate_pem()), ("20261122T181400Z.pem", b"not a key"), ("20261122T181400Z.pem", b"")],
)
def test_a_file_that_is_no_dated_key_is_unusable(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnusableKey):
        read_key(tmp_path / name)
