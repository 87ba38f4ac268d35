"""Each rule finds one minimal mistake that no other rule finds. The valid configuration has no findings."""

import pytest

from vf_lint.findings import Severity
from vf_lint.rules import CHECKS

from .conftest import Change, Linter
from .spoilings import HARMLESS, MIDDLEWARES, ROUTERS, SPOILINGS, router


def test_the_good_configuration_breaks_no_rule(linted: Linter) -> None:
    assert linted() == []


@pytest.mark.parametrize(("rule", "severity", "change"), SPOILINGS)
def test_a_mistake_is_seen_by_its_rule_and_no_other(
    linted: Linter, rule: str, severity: Severity, change: Change
) -> None:
    assert {(finding.rule.id, finding.severity) for finding in linted(change)} == {(rule, severity)}


@pytest.mark.parametrize("change", HARMLESS)
def test_what_is_harmless_breaks_no_rule(linted: Linter, change: Change) -> None:
    assert linted(change) == []


def test_every_rule_has_a_mistake_in_the_table() -> None:
    about_whole_files = {"name-repeated", "no-routers"}
    assert {row.values[0] for row in SPOILINGS} | about_whole_files == {rule.id for rule, _ in CHECKS}


def test_rule_ids_are_unique() -> None:
    ids = [rule.id for rule, _ in CHECKS]
    assert len(set(ids)) == len(ids)


def test_a_public_service_may_be_reached_by_anybody(linted: Linter) -> None:
    change = (f"{ROUTERS}.open", router("Host(`b.test`)", "strip"))
    assert linted(change, public_services=frozenset({"orders"})) == []


def test_another_service_below_a_protected_one_is_a_warning(linted: Linter) -> None:
    change = (f"{ROUTERS}.all", router("PathPrefix(`/`)", "public", service="other"))
    found = {(finding.rule.id, finding.severity) for finding in linted(change)}
    assert ("router-falls-through", Severity.WARNING) in found


def test_an_internal_entry_point_is_not_held_to_the_rules_of_published_ones(linted: Linter) -> None:
    change = ("static.entryPoints.inside", {"address": "127.0.0.1:81"})
    assert linted(change, internal_entry_points=frozenset({"inside"})) == []
    assert {finding.rule.id for finding in linted(change)} >= {"entrypoint-aliases", "entrypoint-encoded-characters"}


def test_a_user_id_that_each_entry_point_deletes_may_be_logged(linted: Linter) -> None:
    kept = ("static.accessLog.fields.headers.names", {"X-User-Id": "keep"})
    deleted = (f"{MIDDLEWARES}.untrusted.headers.customRequestHeaders", {"X-User-Id": ""})
    assert linted(kept, deleted) == []
    both = ("static.accessLog.fields.headers.names", {"X-User-Id": "keep", "X-User-Assertion": "keep"})
    assert [finding.rule.id for finding in linted(both, deleted)] == ["access-log-identity"]


def test_a_rule_can_be_left_out(linted: Linter) -> None:
    change = (f"{MIDDLEWARES}.auth.forwardAuth.trustForwardHeader", True)
    assert linted(change, ignored_rules=frozenset({"auth-trusts-forwarded"})) == []


def test_a_middleware_of_a_provider_that_is_not_seen_is_not_judged(linted: Linter) -> None:
    configuration = linted.configuration(("static.providers", {"docker": {}}))
    assert configuration.unseen_providers == {"docker"}
    assert linted(("static.providers", {"docker": {}})) == []
