"""Hosts and request targets in unusual forms (row 12)."""

from functools import partial

from ..case import NOT_UNDERSTOOD, Case, Expected
from ..situation import MARK, Situation
from ..wire import Reply


def _no_data(reply: Reply, _: Situation) -> str:
    return "got private data" if b'"current_balance"' in reply.body or b'"username"' in reply.body else ""


_SAME_RULE = Expected((400, 401, 404), check=_no_data)

HOSTS: tuple[tuple[str, str], ...] = (
    ("capitals", "{UPPER}"),
    ("a trailing dot", "{name}.{port}"),
    ("another port", "{name}:81"),
    ("no port", "{name}"),
    ("an empty port", "{name}:"),
    ("user information", f"{MARK}@{{authority}}"),
    ("the address", "127.0.0.1"),
    ("a path in it", "{authority}/static/"),
    ("a comma", "{authority}, evil.test"),
    ("a space in it", "{name} evil.test"),
    ("a tab behind it", "{authority}\t"),
    ("full-width letters", "\N{FULLWIDTH LATIN SMALL LETTER V}{rest}{port}"),
    ("an ideographic full stop", "{name}\N{IDEOGRAPHIC FULL STOP}{port}"),
    ("a percent sign", "%76{rest}{port}"),
    ("an unknown host below the domain", "nobody.{authority}"),
    ("a zero-width space", "{name}\N{ZERO WIDTH SPACE}{port}"),
    ("a bracket", "[{name}]"),
    ("a very long name", f"{'a' * 4000}.{{authority}}"),
    ("an underscore", "_.{authority}"),
)


def _host(s: Situation, form: str) -> bytes:
    name, colon, port = s.authority.partition(":")
    values = {
        "UPPER": s.authority.upper(),
        "name": name,
        "port": colon + port,
        "authority": s.authority,
        "rest": name[1:],
    }
    return s.request(host=form.format(**values))


CASES = (
    *(Case(12, f"Host with {words}", partial(_host, form=form), _SAME_RULE) for words, form in HOSTS),
    Case(12, "two Host headers, the second another", lambda s: s.request(("Host", f"{MARK}.test")), _SAME_RULE),
    Case(
        12,
        "two Host headers, the first another",
        lambda s: s.request(("Host", s.authority), host=f"{MARK}.test"),
        _SAME_RULE,
    ),
    Case(12, "no Host header", lambda s: s.request(host=""), _SAME_RULE),
    Case(12, "an absolute target", lambda s: s.request(target=f"http://{s.authority}{s.protected}"), _SAME_RULE),
    Case(
        12,
        "an absolute target at another host",
        lambda s: s.request(target=f"http://{MARK}.test{s.protected}"),
        _SAME_RULE,
    ),
    Case(
        12,
        "an absolute target here, with another Host",
        lambda s: s.request(target=f"http://{s.authority}{s.protected}", host=f"{MARK}.test"),
        _SAME_RULE,
    ),
    Case(12, "an absolute https target", lambda s: s.request(target=f"https://{s.authority}{s.protected}"), _SAME_RULE),
    Case(
        12,
        "an absolute target with user information",
        lambda s: s.request(target=f"http://{MARK}@{s.authority}{s.protected}"),
        _SAME_RULE,
    ),
    Case(12, "an opaque target", lambda s: s.request(target=f"mailto:{MARK}@evil.test"), _SAME_RULE),
    Case(12, "a target without a slash", lambda s: s.request(target=s.protected[1:]), _SAME_RULE),
    Case(12, "an opaque http target", lambda s: s.request(target=f"http:{s.protected}"), _SAME_RULE),
    Case(12, "a # in the target", lambda s: s.request(target=f"{s.protected}#/static/"), _SAME_RULE),
    Case(
        12,
        "a # before the path",
        lambda s: s.request(target=f"/static/#{s.protected}"),
        Expected((200, 400, 401, 404), check=_no_data, words="no private data"),
    ),
    Case(12, "an asterisk", lambda s: s.request(target="*"), _SAME_RULE),
    Case(
        12,
        "OPTIONS *",
        lambda s: s.request(target="*", method="OPTIONS"),
        Expected((200, 400, 401, 404), check=_no_data),
    ),
    Case(12, "an empty target", lambda s: s.request(target=""), NOT_UNDERSTOOD),
    Case(12, "a space in the target", lambda s: s.request(target=f"{s.protected} /static/"), _SAME_RULE),
    Case(
        12,
        "the dashboard's API by Host alone, without a credential",
        lambda s: s.request(target="/api/http/routers", host=f"traefik.{s.authority}"),
        Expected((401,)),
        full=True,
    ),
    Case(
        12,
        "the dashboard's API by an absolute target, without a credential",
        lambda s: s.request(target=f"http://traefik.{s.authority}/api/http/routers"),
        Expected((401,)),
        full=True,
    ),
    Case(
        12,
        "the dashboard's API at the pages' host",
        lambda s: s.request(target="/api/http/routers"),
        Expected((401,)),
        full=True,
    ),
    Case(12, "Traefik's ping at the public side", lambda s: s.request(target="/ping"), Expected((404,)), full=True),
    Case(
        12,
        "the dashboard's API with a valid token without the role",
        lambda s: s.request(s.bearer, target="/api/http/routers", host=f"traefik.{s.authority}"),
        Expected((403,)),
        signed_in=True,
        full=True,
    ),
    Case(
        12,
        "the dashboard with a good cookie without the role",
        lambda s: s.request(s.cookie, target="/dashboard/", host=f"traefik.{s.authority}"),
        Expected((403,)),
        signed_in=True,
        full=True,
    ),
)
