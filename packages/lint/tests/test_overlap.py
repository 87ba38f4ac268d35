"""Requests that two routers share, and requests that one takes from the other."""

import pytest

from vf_lint.matchers import alternatives
from vf_lint.overlap import share, swallows


def meet(lower: str, upper: str) -> bool:
    return any(share(mine, theirs) for mine in alternatives(lower) for theirs in alternatives(upper))


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("PathPrefix(`/`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`a`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`A`)", "Host(`a`)"),
        ("Host(`b`) || Host(`a`)", "(Host(`a`) || Host(`c`)) && Path(`/x`)"),
        ("Host(`a`) && PathPrefix(`/x/y/`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("HostRegexp(`^.+$`)", "Host(`a`)"),
        ("Host(`a`) && !Path(`/x`)", "Host(`a`)"),
        ("Host(`a`) && PathRegexp(`^/x`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`a`, `b`)", "Host(`b`)"),
        ('Host("a")', "Host(`a`)"),
        ("Host(`a`) && Path(`/x/1`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`a`)", "PathPrefix(`/x/`)"),
        ("Host(`b.a`)", r"HostRegexp(`^[a-z]+\.a$`)"),
        ("HostRegexp(`^b`)", "HostRegexp(`a$`)"),
        ("PathPrefix(`/`)", "PathRegexp(`^/x/`)"),
        ("PathPrefix(`/x/y/`)", "PathRegexp(`^/x/`)"),
        ("PathPrefix(`/x/`)", "PathRegexp(`/list$`)"),
        ("PathRegexp(`^/x/y/`)", "PathPrefix(`/x/`)"),
        ("PathRegexp(`^/x/[0-9]+`)", "PathRegexp(`^/x/1$`)"),
        ("PathRegexp(`^/xy?z`)", "PathPrefix(`/xz/`)"),
        ("pathprefix(`/`)", "host(`a`) && path(`/x`)"),
    ],
)
def test_routers_that_share_requests(lower: str, upper: str) -> None:
    assert meet(lower, upper)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("Host(`b`)", "Host(`a`)"),
        ("Host(`a`) && PathPrefix(`/y/`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`a`) && Path(`/x`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("HostRegexp(`^b$`)", "Host(`a`)"),
        ("Host(`a`)", "PathPrefix(`/x/`) && Host(`b`)"),
        ("Host(`b.c`)", r"HostRegexp(`^[a-z]+\.a$`)"),
        ("PathPrefix(`/y/`)", "PathRegexp(`^/x/`)"),
        ("PathRegexp(`^/y/`)", "PathRegexp(`^/x/`)"),
        ("Path(`/x/a`)", "PathRegexp(`^/x/[0-9]+$`)"),
    ],
)
def test_routers_that_share_none(lower: str, upper: str) -> None:
    assert not meet(lower, upper)


def swallowed(small: str, large: str) -> bool:
    return all(any(swallows(theirs, mine) for theirs in alternatives(large)) for mine in alternatives(small))


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ("Host(`a`) && PathPrefix(`/x/`)", "Host(`A`)"),
        ("Host(`a`) && PathPrefix(`/x/`)", "(Host(`b`) || Host(`a`)) && PathPrefix(`/`)"),
        ("Host(`a`) && Path(`/x/y`) && Method(`POST`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`a`) || Host(`b`)", "HostRegexp(`^.$`)"),
        ("Path(`/x/1`)", "PathRegexp(`^/x/[0-9]$`)"),
        ("PathRegexp(`^/x/[0-9]$`)", "PathPrefix(`/x/`)"),
        ("PathPrefix(`/x/`) && Header(`A`, `b`)", "Header(`A`, `b`)"),
        ("PathPrefix(`/x/`) && !Path(`/x/y`)", "PathPrefix(`/x/`)"),
    ],
)
def test_a_router_that_takes_everything_of_another(small: str, large: str) -> None:
    assert swallowed(small, large)


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ("PathPrefix(`/x/`)", "Host(`a`)"),
        ("Host(`a`) || Host(`b`)", "Host(`a`)"),
        ("PathPrefix(`/x/`)", "PathPrefix(`/x/y/`)"),
        ("PathPrefix(`/x/`)", "Path(`/x/`)"),
        ("PathPrefix(`/x/`)", "PathPrefix(`/`) && !PathPrefix(`/x/`)"),
        ("PathPrefix(`/x/`) && !Path(`/x/y`)", "!Path(`/x/y`)"),
        ("PathPrefix(`/x/`)", "PathPrefix(`/`) && Method(`GET`)"),
        ("HostRegexp(`a$`)", "HostRegexp(`^a`)"),
        ("PathPrefix(`/x/`)", "PathRegexp(`^/x/`)"),
    ],
)
def test_a_router_that_leaves_something_to_another(small: str, large: str) -> None:
    assert not swallowed(small, large)
