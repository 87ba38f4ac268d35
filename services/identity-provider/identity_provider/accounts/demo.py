"""The demo users: for development only, with publicly known passwords."""

from dataclasses import dataclass

from .. import audit
from .addresses import add_verified_address
from .models import User


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A demo user. IDs are fixed, because the demo data of the other services refers to them."""

    id: str
    username: str
    password: str
    roles: tuple[str, ...]

    @property
    def email(self) -> str:
        """Return an email address that can never exist (RFC 6761 §6.4)."""
        return f"{self.username}@example.test"


DEMO_USERS = (
    DemoUser("usr_demo_admin", "admin", "admin123", ("admin", "operator")),
    DemoUser("usr_demo_alice", "alice", "alice123", ("customer",)),
    DemoUser("usr_demo_bob", "bob", "bob123", ("customer",)),
)

DEMO_IDS = frozenset(user.id for user in DEMO_USERS)


def create_missing() -> list[str]:
    """Create the missing users and return their names. Existing ones don't change."""
    existing = set(User.objects.filter(pk__in=DEMO_IDS).values_list("pk", flat=True))
    missing = [demo for demo in DEMO_USERS if demo.id not in existing]
    for demo in missing:
        user = User(id=demo.id, username=demo.username, email=demo.email, roles=list(demo.roles))
        user.clean_fields(exclude={"password"})  # a roles file can lack the roles of the demo users
        user.set_password(demo.password)
        user.save(force_insert=True)
        add_verified_address(user)
        audit.record(audit.Event.USER_CREATED, user_id=user.pk, roles=user.roles)
    return [demo.username for demo in missing]
