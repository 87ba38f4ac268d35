"""The operator's declarations, which no configuration contains."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Expectations:
    """The options of ``gateway-auth check``."""

    base_domain: str = "vfservices.localhost"
    public_chains: frozenset[str] = frozenset({"public"})
    """Chains of intentionally public routes. Identity headers must still be removed."""
    public_services: frozenset[str] = frozenset()
    """Services that trust no identity header and may be public."""
    internal_entry_points: frozenset[str] = frozenset({"internal"})
    """Entry points that are never published."""
    ignored_rules: frozenset[str] = field(default_factory=frozenset)

    def is_public_service(self, service: str) -> bool:
        """Return True if ``service`` (qualified) was declared public."""
        return service in self.public_services or service.partition("@")[0] in self.public_services
