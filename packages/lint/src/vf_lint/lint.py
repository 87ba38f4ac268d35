"""Application of all rules to a configuration."""

from .configuration import Configuration
from .expectations import Expectations
from .findings import Finding, Severity
from .rules import CHECKS

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1}


def lint(configuration: Configuration, expectations: Expectations) -> list[Finding]:
    """Return every finding, errors first, in the order of the rules."""
    found = [
        finding
        for rule, check in CHECKS
        if rule.id not in expectations.ignored_rules
        for finding in check(configuration, expectations)
    ]
    return sorted(found, key=lambda finding: _ORDER[finding.severity])
