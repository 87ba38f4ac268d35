"""``manage.py service_account`` creates service accounts, rotates their secrets, and changes or lists them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider import audit
from identity_provider.programs import services
from identity_provider.programs.models import ServiceAccount
from identity_provider.programs.selectors import find_service_account


class Command(BaseCommand):
    """A command with a verb. Secrets go to standard output, once."""

    help = "Create, list and change service accounts, and rotate their secrets."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="create a service account; prints client ID and secret")
        create.add_argument("name")
        create.add_argument("--role", action="append", default=[], dest="roles", help="a role (can be repeated)")
        verbs.add_parser("list", help="list service accounts and their secrets")
        for verb, text in (
            ("rotate", "add a secret and print it; the previous one stays valid for a while"),
            ("revoke-secret", "revoke one secret, and its access tokens"),
            ("set", "replace the roles, disable or enable the account"),
        ):
            one = verbs.add_parser(verb, help=text)
            one.add_argument("account", help="name or client ID")
            if verb == "rotate":
                one.add_argument("--overlap", type=float, default=24.0, metavar="HOURS", help="default: 24")
            elif verb == "revoke-secret":
                one.add_argument("secret", help="the secret's ID, such as gnt_…")
            else:
                change = one.add_mutually_exclusive_group(required=True)
                change.add_argument("--roles", nargs="*")
                change.add_argument("--disable", action="store_true")
                change.add_argument("--enable", action="store_true")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do what the verb says, or report what is invalid."""
        try:
            if verb == "list":
                self._list()
            elif verb == "create":
                self._show(services.create_service_account(name=options["name"], roles=options["roles"], now=_now()))
            else:
                self._change(self._account(options.pop("account")), verb, **options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _change(self, account: ServiceAccount, verb: str, **options: Any) -> None:
        if verb == "rotate":
            if not 0 <= options["overlap"] <= 24 * 90:
                raise CommandError("--overlap must be from 0 to 2160 hours.")
            overlap = timedelta(hours=options["overlap"])
            self._show(services.rotate_secret(account=account, overlap=overlap, now=_now()))
        elif verb == "revoke-secret":
            if not services.revoke_secret(account=account, secret_id=options["secret"], now=_now()):
                audit.record(audit.Event.SERVICE_ACCOUNT_REFUSED, user_id=account.pk, reason="no_such_secret")
                raise CommandError("The account has no such secret, or it is revoked already.")
        elif options["roles"] is not None:
            services.set_service_account_roles(account=account, roles=options["roles"])
        else:
            services.set_service_account_active(account=account, active=options["enable"])

    def _account(self, text: str) -> ServiceAccount:
        account = find_service_account(text)
        if account is None:
            audit.record(audit.Event.SERVICE_ACCOUNT_REFUSED, reason="no_such_service_account")
            raise CommandError("No such service account.")
        return account

    def _show(self, new: services.NewSecret) -> None:
        self.stdout.write(f"client_id={new.account.pk}\nclient_secret={new.secret}")

    def _list(self) -> None:
        for account in ServiceAccount.objects.order_by("name").prefetch_related("secrets"):
            state = "active" if account.is_active else "disabled"
            self.stdout.write(f"{account.pk} {account.name} {state} roles: {' '.join(account.roles) or 'none'}")
            for secret in sorted(account.secrets.all(), key=lambda each: each.created_at):
                if secret.is_live(_now()):
                    used = f"{secret.last_used_at:%Y-%m-%d %H:00}" if secret.last_used_at else "never"
                    ends = f", expires {secret.expires_at:%Y-%m-%d %H:%M} UTC" if secret.expires_at else ""
                    self.stdout.write(f"  {secret.pk} {secret.hint}… last used {used}{ends}")


def _now() -> datetime:
    return datetime.now(UTC)
