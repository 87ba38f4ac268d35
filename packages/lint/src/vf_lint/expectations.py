"""What the operator says about the installation, which no configuration can tell."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Expectations:
    """The options of ``gateway-auth check``."""

    base_domain: str = "vfservices.localhost"
    public_chains: frozenset[str] = frozenset({"public"})
    """A route through one of these is public on purpose; its identity must still be stripped."""
    public_services: frozenset[str] = frozenset()
    """Services that believe no identity header: anybody may reach them."""
    internal_entry_points: frozenset[str] = frozenset({"internal"})
    """Entry points that are never published."""
    ignored_rules: frozenset[str] = field(default_factory=frozenset)

    def is_public_service(self, service: str) -> bool:
        """True if ``service`` (qualified) was named public."""
        return service in self.public_services or service.partition("@")[0] in self.public_services
