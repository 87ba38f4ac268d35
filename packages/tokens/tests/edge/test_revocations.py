"""One entry of the stream of revocations is read strictly; the gateway's tests have hostile ones."""

import pytest

from vf_edge.revocations import Revocation

ENTRY = {b"kind": b"sub", b"id": "käthe".encode(), b"nbf": b"5", b"exp": b"9"}


def test_an_entry_is_read():
    assert Revocation.from_entry(ENTRY) == Revocation("sub", "käthe", 5, 9)


@pytest.mark.parametrize(
    "change",
    [{b"kind": b"other"}, {b"id": b""}, {b"id": b"x" * 1025}, {b"nbf": b"-1"}, {b"exp": b"soon"}],
    ids=repr,
)
def test_a_malformed_entry_is_refused(change):
    with pytest.raises(ValueError):  # noqa: PT011  the message is only for a log
        Revocation.from_entry(ENTRY | change)
