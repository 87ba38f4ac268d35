"""Factors of a test's user, and the session that they are used in."""

import time
from datetime import UTC, datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from identity_provider.factors import encryption
from identity_provider.signin.models import Session

from vf_django.testing import as_user

TOTP, SETUP, FACTORS = "/api/auth/account/totp/", "/api/auth/account/totp/setup/", "/api/auth/account/factors/"
RECOVERY, REAUTHENTICATE = "/api/auth/account/recovery-codes/", "/api/auth/account/reauthenticate/"
MFA = "/api/auth/flow/mfa/"


class App:
    """An authenticator app. Each code that it shows was not used before: the window has three."""

    def __init__(self, secret):
        self.secret, self.shown = secret, -1

    @classmethod
    def of(cls, user):
        """The app that was set up in the database, with the codes after the first."""
        stored = Authenticator.objects.get(user=user, type="totp").data["secret"]
        return cls(encryption.decrypt(stored))

    def code(self):
        step = int(time.time()) // 30 + self.shown
        self.shown += 1
        return format_hotp_value(hotp_value(self.secret, step))


def post(client, path, body=None, **headers):
    return client.post(path, body or {}, format="json", **headers)


def in_session(client, user, session=None):
    """Requests of the client are the user's, in this session, the latest or a new one."""
    session = session or Session.objects.filter(user=user).order_by("created_at").last() or new_session(user)
    return as_user(client, user_id=user.pk, username=user.username, session_id=session.pk)


def new_session(user, methods="pwd"):
    now = datetime.now(UTC)
    times = dict.fromkeys(("created_at", "authenticated_at", "last_used_at", "access_expires_at"), now)
    return Session.objects.create(
        user=user, methods=methods, remember=False, expires_at=now + timedelta(hours=1), **times
    )


def set_up(client):
    """Set up an app in the client's session. Return it and the recovery codes."""
    app = App(post(client, SETUP).json()["secret"])
    answer = post(client, TOTP, {"code": app.code()})
    assert answer.status_code == 201, answer.content
    return app, answer.json().get("recovery_codes")
