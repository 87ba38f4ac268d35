"""The rules, grouped by the part of the configuration that they check."""

from ..findings import Check, Rule
from . import access_log, cors, dashboard, entry_points, forward_auth, order, paths, routers, tcp

CHECKS: tuple[tuple[Rule, Check], ...] = (
    *routers.CHECKS,
    *order.CHECKS,
    *paths.CHECKS,
    *tcp.CHECKS,
    *dashboard.CHECKS,
    *forward_auth.CHECKS,
    *entry_points.CHECKS,
    *cors.CHECKS,
    *access_log.CHECKS,
)
"""Each rule with its check function."""
