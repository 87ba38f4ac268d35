"""Email addresses of accounts, in allauth's table."""

from allauth.account.models import EmailAddress

from .models import User


def add_verified_address(user: User) -> None:
    """Add the user's email address as verified, for accounts that an operator created or that have no address yet."""
    # allauth finds lower-case addresses only
    values = {"email": user.email.lower(), "verified": True, "primary": True}
    if not EmailAddress.objects.filter(user_id=user.pk).exists():
        EmailAddress.objects.create(user_id=user.pk, **values)
