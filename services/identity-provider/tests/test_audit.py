"""Every path that allows, refuses, limits or changes something writes its event, in one form, and never a flood."""

import ast
import json
import os
import pwd
import re
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import ANY
from urllib.parse import urlencode

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from identity_provider import audit
from identity_provider.accounts import demo, services
from identity_provider.accounts.models import User
from identity_provider.audit import Event
from identity_provider.operators import services as operators
from identity_provider.programs import services as programs
from identity_provider.programs.models import PersonalAccessToken
from identity_provider.providers import services as providers
from identity_provider.signin import limits
from identity_provider.signin import services as signin
from identity_provider.signin.client import Client
from identity_provider.signin.continuation import MOST_IN_A_ROW
from identity_provider.signin.impersonation import impersonate, stop_impersonation
from identity_provider.signin.models import Session
from identity_provider.signin.refresh import MOST_ROTATIONS
from identity_provider.signing.key_files import write_new_key
from tests.flows.authenticator import Authenticator
from tests.flows.factors import MFA, REAUTHENTICATE, RECOVERY, TOTP, post, set_up
from tests.flows.mails import code_in, latest_mail
from tests.servers import HOST

from tests.conftest import AnyRole
from vf_django.testing import as_user

PART = Path(__file__).resolve().parent.parent
PACKAGE = PART / "identity_provider"
PASSWORD = "correct horse 7"
LOGIN, REFRESH, LOGOUT = "/api/auth/login/", "/api/auth/refresh/", "/api/auth/logout/"
CONTINUE = "/api/auth/continue/"
PASSKEYS, ALONE = "/api/auth/account/passkeys/", "/api/auth/flow/passkey/"
CHANGE, SESSIONS = "/api/auth/password/", "/api/auth/sessions/"
FORM = {"user_id", "actor", "network", "reason", "log_level", "event"}
HERE = "127.0.0.1"


class Scene:
    """One user's browser, and what can be done to that account."""

    def __init__(self, client, alice, configure, folder):
        self.client, self.alice, self.configure, self.folder = client, alice, configure, folder

    def sign_in(self, name="alice", password=PASSWORD, *, client_key=None, **more):
        fields = {"username": name, "password": password, **({"client_key": client_key} if client_key else {})}
        return self.client.post(LOGIN, fields, format="json", **more)

    def signed_in(self):
        self.sign_in()
        as_user(self.client, user_id=self.alice.pk, session_id=Session.objects.latest("created_at").pk)
        return self

    def change_password(self, old=PASSWORD, new="an entirely new one"):
        return self.client.post(CHANGE, {"current_password": old, "new_password": new}, format="json")

    def change_email(self):
        path, body = "/api/auth/account/email/", {"email": "new@example.test"}
        self.client.post(path, body, format="json")
        code = code_in(latest_mail())
        return self.client.post(f"{path}verify/", {"code": code}, format="json")

    def reset_password(self):
        path = "/api/auth/flow/password/"
        self.client.post(f"{path}request/", {"email": self.alice.email}, format="json")
        body = {"code": code_in(latest_mail()), "new_password": "an entirely new one"}
        return self.client.post(f"{path}reset/", body, format="json")

    def import_users(self):
        file = self.folder / "users.csv"
        file.write_text("username,email,password\ncarol,c@example.test,\n")
        call_command("import_users", str(file))

    def secured(self):
        self.app, self.recovery_codes = set_up(self.signed_in().client)
        return self

    def at_second_step(self):
        self.secured()
        self.client.cookies.clear()
        self.sign_in()
        return self

    def second_step(self, code):
        return post(self.client, MFA, {"code": code})

    def reauthenticate(self, **proof):
        return post(self.client, REAUTHENTICATE, proof)

    def impersonated(self):
        olga = User.objects.create(username="olga", roles=["operator"])
        by = Session(pk="ses_olga", user=olga)
        client = Client(network=HERE, user_agent="")
        why = "to see what alice sees"
        begun = impersonate(user_id=self.alice.pk, by=by, reason=why, client=client, now=timezone.now())
        return {"user_id": self.alice.pk, "session_id": begun.session.pk}

    def with_passkey(self):
        options = post(self.signed_in().client, f"{PASSKEYS}options/", {}).json()
        made = post(self.client, PASSKEYS, {"name": "x", "credential": Authenticator().create(options)}).json()
        return self.client, f"{PASSKEYS}{made['id']}/"

    def times(self, count, action):
        for _ in range(count):
            action()

    def closed(self):
        services.deactivate(user=self.alice, now=timezone.now())

    def during_the_check(self, monkeypatch, change):
        check = signin.check_credentials
        monkeypatch.setattr(signin, "check_credentials", lambda *a: (check(*a), change())[0])


@pytest.fixture
def scene(client, alice, configure, tmp_path):
    return Scene(client, alice, configure, tmp_path)


@pytest.fixture(autouse=True)
def cheap_hashes(request, settings):
    if "installation" not in request.fixturenames:
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.MD5PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ]


def import_hash(scene):
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    User.objects.update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000))


def reuse(scene):
    scene.configure(sessions={"grace": 0})
    scene.sign_in()
    used = scene.client.cookies["jwt_refresh"].value
    scene.client.post(REFRESH)
    scene.client.cookies["jwt_refresh"] = used
    scene.client.post(REFRESH)


def refresh_twice(scene, client_key=None, **second):
    scene.sign_in(client_key=client_key)
    used = scene.client.cookies["jwt_refresh"].value
    scene.client.post(REFRESH)
    scene.client.cookies["jwt_refresh"] = used
    scene.client.post(REFRESH, **second)


def connect_provider(scene):
    account = SocialAccount(provider="company", uid="1")
    providers.connect(scene.alice, SocialLogin(account=account))


def too_many_sessions(scene):
    for _ in range(signin.MOST_SESSIONS + 1):
        scene.client.cookies.clear()
        scene.sign_in()


def old_secret(scene):
    scene.sign_in()
    used = scene.client.cookies["jwt_refresh"].value
    scene.client.post(REFRESH)
    scene.client.cookies["jwt_refresh"] = used
    scene.configure(sessions={"refresh_secret": b"another secret of 32 characters."})
    scene.client.post(REFRESH)


def refused_creation(**change):
    def create(scene):
        with pytest.raises(ValidationError):
            services.create_user(
                **{"username": "carol", "email": "c@example.test", "password": "tr0ub4dor and 3", **change}
            )

    return create


LONG_ROLES = [f"role-{number:02}-{'x' * 50}" for number in range(64)]


def refused_roles(roles):
    def change(scene):
        if roles is LONG_ROLES:
            scene.configure(roles=AnyRole())
        with pytest.raises(ValidationError):
            services.set_roles(user=scene.alice, roles=roles)

    return change


def outgrow(scene):
    scene.configure(roles=AnyRole())
    User.objects.update(roles=LONG_ROLES)


def as_another_user(scene):
    scene.sign_in()
    services.create_user(username="carol", email="c@example.test", password="tr0ub4dor and 3")
    scene.sign_in("carol", "tr0ub4dor and 3")


def network_flood(scene):
    scene.times(3, lambda: [scene.sign_in(f"made-up-{n}", "wrong") for n in range(10)])
    scene.sign_in()


def with_two_refresh_cookies(scene):
    scene.client.post(REFRESH, headers={"Cookie": f"jwt_refresh={'A' * 43}; jwt_refresh={'B' * 43}"})


def command_with_an_unknown_user(scene):
    with pytest.raises(CommandError):
        call_command("set_user", "nobody-of-this-name", "--activate")


def new_token(scene):
    return programs.create_token(
        user_id=scene.alice.pk, name="x", scopes=[], lifetime=timedelta(days=1), now=timezone.now()
    )


def new_service_account(scene):
    return programs.create_service_account(name="nightly", roles=[], now=timezone.now())


def exchange(scene, secret):
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": secret,
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
    }
    scene.client.post("/api/auth/token/", urlencode(form), content_type="application/x-www-form-urlencoded")


def refused_service_account(scene):
    with pytest.raises(ValidationError):
        programs.create_service_account(name="No Name", roles=[], now=timezone.now())


def rename(client, path):
    assert client.patch(path, {"name": "phone"}, format="json").status_code == 200


ALICE, NOBODY = "alice", None
ACTIONS = {
    # what is done: (the event, whose account, the reason)
    "a sign-in": (lambda s: s.sign_in(), Event.SIGNED_IN, ALICE, None),
    "a sign-in with a wrong password": (
        lambda s: s.sign_in(password="wrong"),
        Event.SIGN_IN_FAILED,
        ALICE,
        "wrong_password",
    ),
    "a sign-in with the email address and a wrong password": (
        lambda s: s.sign_in("ALICE@example.test", "wrong"),
        Event.SIGN_IN_FAILED,
        ALICE,
        "wrong_password",
    ),
    "a sign-in with an unknown name": (lambda s: s.sign_in("x"), Event.SIGN_IN_FAILED, NOBODY, "unknown_name"),
    "a sign-in to a closed account": (
        lambda s: (User.objects.update(is_active=False), s.sign_in()),
        Event.SIGN_IN_FAILED,
        ALICE,
        "account_deactivated",
    ),
    "a right password while the account's other name is used up": (
        lambda s: (s.times(10, lambda: s.sign_in("alice@example.test", "wrong")), s.sign_in()),
        Event.SIGN_IN_FAILED,
        ALICE,
        "account_limited",
    ),
    "a sign-in while the name is used up here": (
        lambda s: (s.times(10, lambda: s.sign_in(password="wrong")), s.sign_in()),
        Event.SIGN_IN_LIMITED,
        ALICE,
        "name_and_network",
    ),
    "a sign-in while an unknown name is used up here": (
        lambda s: s.times(11, lambda: s.sign_in("x")),
        Event.SIGN_IN_LIMITED,
        NOBODY,
        "name_and_network",
    ),
    "a sign-in while the network is used up": (network_flood, Event.SIGN_IN_LIMITED, ALICE, "network"),
    "a sign-in to an account whose roles fit no cookie": (
        lambda s: (outgrow(s), s.sign_in()),
        Event.SIGN_IN_FAILED,
        ALICE,
        "token_too_long",
    ),
    "a refresh of an account whose roles fit no cookie": (
        lambda s: (s.sign_in(), outgrow(s), s.client.post(REFRESH)),
        Event.REFRESH_REFUSED,
        ALICE,
        "token_too_long",
    ),
    "a page load that cannot renew for an account whose roles fit no cookie": (
        lambda s: (s.sign_in(), outgrow(s), s.client.get(CONTINUE)),
        Event.REFRESH_REFUSED,
        ALICE,
        "token_too_long",
    ),
    "a sign-in with an imported hash": (
        lambda s: (import_hash(s), s.sign_in()),
        Event.PASSWORD_HASH_UPGRADED,
        ALICE,
        "pbkdf2_sha256",
    ),
    "a sign-in as another user in the same browser": (as_another_user, Event.SESSION_ENDED, ALICE, "signed_in_again"),
    "a sign-in without a password": (
        lambda s: s.client.post(LOGIN, {"username": "alice"}, format="json"),
        Event.REQUEST_REFUSED,
        NOBODY,
        "validation_failed",
    ),
    "a sign-in that another site sends": (
        lambda s: s.sign_in(headers={"Sec-Fetch-Site": "cross-site"}),
        Event.REQUEST_REFUSED,
        NOBODY,
        "cross_site_request",
    ),
    "a sign-in of another media type": (
        lambda s: s.client.post(LOGIN, "x", content_type="text/plain"),
        Event.REQUEST_REFUSED,
        NOBODY,
        "unsupported_media_type",
    ),
    "a refresh": (lambda s: (s.sign_in(), s.client.post(REFRESH)), Event.SESSION_REFRESHED, ALICE, None),
    "a page load that renews the session": (
        lambda s: (s.sign_in(), s.client.get(CONTINUE)),
        Event.SESSION_REFRESHED,
        ALICE,
        None,
    ),
    "a page load with two tokens": (
        lambda s: s.client.get(CONTINUE, headers={"Cookie": f"jwt_refresh={'A' * 43}; jwt_refresh={'B' * 43}"}),
        Event.REQUEST_REFUSED,
        NOBODY,
        "invalid_request",
    ),
    "a page load that goes round in a circle": (
        lambda s: (s.sign_in(), s.times(MOST_IN_A_ROW + 1, lambda: s.client.get(CONTINUE))),
        Event.REQUEST_REFUSED,
        NOBODY,
        "too_many_continuations",
    ),
    "a refresh without a token": (
        lambda s: s.client.post(REFRESH),
        Event.REQUEST_REFUSED,
        NOBODY,
        "refresh_token_missing",
    ),
    "a refresh with two tokens": (with_two_refresh_cookies, Event.REQUEST_REFUSED, NOBODY, "invalid_request"),
    "a refresh with an unknown token": (
        lambda s: (s.client.cookies.load({"jwt_refresh": "A" * 43}), s.client.post(REFRESH)),
        Event.REFRESH_REFUSED,
        NOBODY,
        "unknown_token",
    ),
    "a refresh of an ended session": (
        lambda s: (s.sign_in(), Session.objects.update(revoked_at=timezone.now()), s.client.post(REFRESH)),
        Event.REFRESH_REFUSED,
        ALICE,
        "session_ended",
    ),
    "a refresh with a used token": (reuse, Event.REFRESH_TOKEN_REUSED, ALICE, "after_grace"),
    "a refresh by another client with a used token": (
        lambda s: refresh_twice(s, HTTP_USER_AGENT="another"),
        Event.REFRESH_TOKEN_REUSED,
        ALICE,
        "another_client",
    ),
    "a refresh that is repeated without the client's key": (
        lambda s: refresh_twice(s, client_key="k" * 43),
        Event.REFRESH_REFUSED,
        ALICE,
        "client_key_missing",
    ),
    "a refresh that is repeated": (lambda s: refresh_twice(s), Event.REFRESH_REPEATED, ALICE, None),
    "a refresh too many": (
        lambda s: (
            s.sign_in(),
            Session.objects.update(window_began_at=timezone.now(), window_rotations=MOST_ROTATIONS),
            s.client.post(REFRESH),
        ),
        Event.REFRESH_REFUSED,
        ALICE,
        "too_many_refreshes",
    ),
    "the end of the oldest of too many sessions": (too_many_sessions, Event.SESSION_ENDED, ALICE, "too_many_sessions"),
    "a refresh that a used token does not get": (reuse, Event.REFRESH_REFUSED, ALICE, "token_reused"),
    "a refresh after the secret was changed": (old_secret, Event.REFRESH_REFUSED, ALICE, "secret_changed"),
    "a sign-out": (lambda s: (s.sign_in(), s.client.post(LOGOUT)), Event.SIGNED_OUT, ALICE, None),
    "a sign-out of nobody": (lambda s: s.client.post(LOGOUT), Event.SIGNED_OUT, NOBODY, "no_session"),
    "the end of one session": (
        lambda s: s.signed_in().client.delete(f"{SESSIONS}{Session.objects.get().pk}/"),
        Event.SESSION_ENDED,
        ALICE,
        "by_its_user",
    ),
    "the end of a session that is not there": (
        lambda s: s.signed_in().client.delete(f"{SESSIONS}ses_x/"),
        Event.REQUEST_REFUSED,
        ALICE,
        "not_found",
    ),
    "another password by email": (
        lambda s: s.reset_password(),
        Event.PASSWORD_RESET,
        ALICE,
        None,
    ),
    "another email address": (
        lambda s: (s.signed_in(), s.change_email()),
        Event.EMAIL_CHANGED,
        ALICE,
        None,
    ),
    "a provider of the user": (lambda s: connect_provider(s), Event.PROVIDER_CONNECTED, ALICE, None),
    "a provider no longer": (
        lambda s: (connect_provider(s), providers.disconnect(s.alice, "company")),
        Event.PROVIDER_DISCONNECTED,
        ALICE,
        None,
    ),
    "another display name": (
        lambda s: s.signed_in().client.patch("/api/profile/", {"name": "Alice"}, format="json"),
        Event.PROFILE_CHANGED,
        ALICE,
        None,
    ),
    "an account that its user closed": (
        lambda s: s.signed_in().client.post("/api/auth/account/close/", {"current_password": PASSWORD}, format="json"),
        Event.ACCOUNT_CLOSED,
        ALICE,
        None,
    ),
    "a sign-out everywhere else": (
        lambda s: (s.sign_in(), s.client.cookies.clear(), s.signed_in().client.post(f"{SESSIONS}revoke-others/")),
        Event.SESSION_ENDED,
        ALICE,
        "others_by_its_user",
    ),
    "a sign-out everywhere": (
        lambda s: s.signed_in().client.post(f"{SESSIONS}revoke-all/"),
        Event.SIGNED_OUT_EVERYWHERE,
        ALICE,
        None,
    ),
    "a sign-out everywhere without an account": (
        lambda s: as_user(s.client, user_id="partner_1", session_id="x").post(f"{SESSIONS}revoke-all/"),
        Event.REQUEST_REFUSED,
        "partner_1",
        "not_found",
    ),
    "a new password": (lambda s: s.signed_in().change_password(), Event.PASSWORD_CHANGED, ALICE, None),
    "a new password with a wrong old one": (
        lambda s: s.signed_in().change_password(old="wrong"),
        Event.PASSWORD_CHANGE_FAILED,
        ALICE,
        "wrong_password",
    ),
    "a weak new password": (
        lambda s: s.signed_in().change_password(new="1234"),
        Event.PASSWORD_CHANGE_FAILED,
        ALICE,
        "weak_password",
    ),
    "an eleventh wrong old password": (
        lambda s: (s.signed_in(), s.times(11, lambda: s.change_password(old="wrong"))),
        Event.PASSWORD_CHANGE_LIMITED,
        ALICE,
        "old_password",
    ),
    "a request without the edge": (
        lambda s: s.client.get("/api/profile/"),
        Event.REQUEST_REFUSED,
        NOBODY,
        "credential_required",
    ),
    "a request for another form of answer, with a forged identity": (
        lambda s: s.client.get("/api/profile/", headers={"Accept": "text/html", "X-User-Assertion": "x.y.z"}),
        Event.REQUEST_REFUSED,
        NOBODY,
        "not_acceptable",
    ),
    "a new user": (
        lambda s: services.create_user(username="carol", email="c@example.test", password="tr0ub4dor and 3"),
        Event.USER_CREATED,
        "carol",
        None,
    ),
    "an invited user": (
        lambda s: (s.configure(sign_up="invitation"), operators.invite(email="c@example.test", roles=[])),
        Event.USER_INVITED,
        None,
        None,
    ),
    "users of another system": (lambda s: s.import_users(), Event.USERS_IMPORTED, None, None),
    "a user whose name is taken": (
        refused_creation(username="ALICE"),
        Event.USER_CHANGE_REFUSED,
        NOBODY,
        "unique",
    ),
    "a user with a weak password": (
        refused_creation(password="1234"),
        Event.USER_CHANGE_REFUSED,
        NOBODY,
        "password_too_common password_too_short",
    ),
    "new roles": (lambda s: services.set_roles(user=s.alice, roles=["operator"]), Event.ROLES_CHANGED, ALICE, None),
    "roles that are none": (
        refused_roles(["No Role"]),
        Event.USER_CHANGE_REFUSED,
        ALICE,
        "invalid_role",
    ),
    "a role that no file describes": (
        refused_roles(["operater"]),
        Event.USER_CHANGE_REFUSED,
        ALICE,
        "unknown_role",
    ),
    "roles that fit no cookie": (
        refused_roles(LONG_ROLES),
        Event.USER_CHANGE_REFUSED,
        ALICE,
        "token_too_long",
    ),
    "a closed account": (
        lambda s: services.deactivate(user=s.alice, now=timezone.now()),
        Event.USER_DEACTIVATED,
        ALICE,
        None,
    ),
    "an opened account": (lambda s: services.activate(user=s.alice), Event.USER_ACTIVATED, ALICE, None),
    "a command for an unknown user": (command_with_an_unknown_user, Event.USER_CHANGE_REFUSED, NOBODY, "no_such_user"),
    "a personal access token": (new_token, Event.PERSONAL_TOKEN_CREATED, ALICE, None),
    "the end of a personal access token": (
        lambda s: as_user(s.client, user_id=s.alice.pk).delete(f"/api/auth/tokens/{new_token(s).token.pk}/"),
        Event.PERSONAL_TOKEN_REVOKED,
        ALICE,
        "by_its_user",
    ),
    "personal access tokens of a closed account": (
        lambda s: (new_token(s), s.closed()),
        Event.PERSONAL_TOKEN_REVOKED,
        ALICE,
        "account_deactivated",
    ),
    "an exchange of a personal access token": (
        lambda s: exchange(s, new_token(s).secret),
        Event.PROGRAM_TOKEN_ISSUED,
        ALICE,
        None,
    ),
    "an exchange of an expired one": (
        lambda s: (
            new := new_token(s),
            PersonalAccessToken.objects.update(expires_at=timezone.now()),
            exchange(s, new.secret),
        ),
        Event.PROGRAM_TOKEN_REFUSED,
        ALICE,
        "token_expired",
    ),
    "an exchange of nonsense": (
        lambda s: exchange(s, "vfp_x"),
        Event.PROGRAM_TOKEN_REFUSED,
        NOBODY,
        "malformed_token",
    ),
    "a service account": (
        new_service_account,
        Event.SERVICE_ACCOUNT_CREATED,
        ANY,
        None,
    ),
    "a service account whose name is none": (
        refused_service_account,
        Event.SERVICE_ACCOUNT_REFUSED,
        NOBODY,
        "invalid_name",
    ),
    "another secret": (
        lambda s: programs.rotate_secret(account=new_service_account(s).account, now=timezone.now()),
        Event.SERVICE_ACCOUNT_CHANGED,
        ANY,
        "secret_added",
    ),
    "a revoked secret": (
        lambda s: (
            new := new_service_account(s),
            programs.revoke_secret(account=new.account, secret_id=new.stored.pk, now=timezone.now()),
        ),
        Event.SERVICE_ACCOUNT_CHANGED,
        ANY,
        "secret_revoked",
    ),
    "other roles of a service account": (
        lambda s: programs.set_service_account_roles(account=new_service_account(s).account, roles=["customer"]),
        Event.SERVICE_ACCOUNT_CHANGED,
        ANY,
        "roles",
    ),
    "a disabled service account": (
        lambda s: programs.set_service_account_active(account=new_service_account(s).account, active=False),
        Event.SERVICE_ACCOUNT_CHANGED,
        ANY,
        "disabled",
    ),
    "an authenticator app": (lambda s: s.secured(), Event.FACTOR_ADDED, ALICE, "totp"),
    "a passkey": (lambda s: s.with_passkey(), Event.FACTOR_ADDED, ALICE, "passkey"),
    "a removed authenticator app": (
        lambda s: s.secured().client.delete(TOTP),
        Event.FACTOR_REMOVED,
        ALICE,
        "totp",
    ),
    "forgotten browsers": (
        lambda s: s.signed_in().client.delete("/api/auth/account/trusted-devices/"),
        Event.TRUSTED_DEVICES_FORGOTTEN,
        ALICE,
        None,
    ),
    "a renamed passkey": (lambda s: rename(*s.with_passkey()), Event.PASSKEY_RENAMED, ALICE, None),
    "new recovery codes": (
        lambda s: post(s.secured().client, RECOVERY),
        Event.RECOVERY_CODES_RENEWED,
        ALICE,
        None,
    ),
    "a recovery code": (
        lambda s: s.at_second_step().second_step(s.recovery_codes[0]),
        Event.RECOVERY_CODE_USED,
        ALICE,
        None,
    ),
    "a wrong code at the second step": (
        lambda s: s.at_second_step().second_step("000000"),
        Event.SECOND_FACTOR_FAILED,
        ALICE,
        "wrong_code",
    ),
    "an eleventh wrong code at the second step": (
        lambda s: (s.at_second_step(), s.times(11, lambda: s.second_step("000000"))),
        Event.SECOND_FACTOR_LIMITED,
        ALICE,
        "second_factor",
    ),
    "a passkey that is none at the second step": (
        lambda s: post(s.at_second_step().client, f"{MFA}passkey/", {"credential": {}}),
        Event.SECOND_FACTOR_FAILED,
        ALICE,
        "wrong_passkey",
    ),
    "a sign-in with a passkey that is none": (
        lambda s: (post(s.client, f"{ALONE}options/"), post(s.client, ALONE, {"credential": {}})),
        Event.SIGN_IN_FAILED,
        NOBODY,
        "wrong_passkey",
    ),
    "a reauthentication": (
        lambda s: s.signed_in().reauthenticate(password=PASSWORD),
        Event.REAUTHENTICATED,
        ALICE,
        "pwd",
    ),
    "a reauthentication with a wrong password": (
        lambda s: s.signed_in().reauthenticate(password="wrong"),
        Event.REAUTHENTICATION_FAILED,
        ALICE,
        "wrong_password",
    ),
    "an eleventh reauthentication with a wrong code": (
        lambda s: (s.secured(), s.times(11, lambda: s.reauthenticate(code="000000"))),
        Event.REAUTHENTICATION_LIMITED,
        ALICE,
        "old_password",
    ),
    "an operator who acts as a user": (
        lambda s: s.impersonated(),
        Event.IMPERSONATION_STARTED,
        ALICE,
        "to see what alice sees",
    ),
    "an operator who stops acting as a user": (
        lambda s: (session := s.impersonated(), stop_impersonation(**session, now=timezone.now())),
        Event.IMPERSONATION_STOPPED,
        ALICE,
        None,
    ),
    "factors that an operator removes": (
        lambda s: (s.secured(), operators.reset_factors(user_id=s.alice.pk, now=timezone.now())),
        Event.FACTORS_RESET,
        ALICE,
        None,
    ),
    "forgotten failures": (
        lambda s: operators.reset_limits(user_id=s.alice.pk, now=timezone.now()),
        Event.LIMITS_RESET,
        ALICE,
        None,
    ),
    "a signing key": (
        lambda s: write_new_key(s.folder, algorithm="ES256", now=datetime.now(UTC)),
        Event.SIGNING_KEY_CREATED,
        NOBODY,
        None,
    ),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_writes_its_event(scene, log_lines, action):
    act, event, whose, reason = ACTIONS[action]
    act(scene)
    written = [line for line in log_lines if line["event"] == event.value]
    assert written, [line["event"] for line in log_lines]
    line = written[-1]
    user = User.objects.filter(username=whose).first()
    assert line["user_id"] == (user.pk if user else whose)  # ANY equals every ID
    assert line["reason"] == reason
    assert line.keys() >= FORM
    assert line["log_level"] == ("warning" if event in audit.WARNINGS else "info")
    if action.startswith(("a sign-", "a refresh", "a page", "the end", "a new password", "a request")):
        assert line["network"] == HERE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda: User.objects.update(is_active=False), "account_deactivated"),
        (lambda: User.objects.update(password="!"), "password_changed"),
        (lambda: User.objects.all().delete(), "account_deleted"),
    ],
)
def test_a_refusal_after_the_password_was_right_writes_its_event(scene, log_lines, monkeypatch, change, reason):
    user_id = scene.alice.pk
    scene.during_the_check(monkeypatch, change)
    assert scene.sign_in().status_code == 401
    line = log_lines[-1] if log_lines[-1]["event"] == "sign_in_failed" else log_lines[-2]
    assert (line["event"], line["reason"], line["user_id"]) == ("sign_in_failed", reason, user_id)


@pytest.mark.parametrize("tries", [9, 10])
def test_a_limit_that_is_reached_while_the_password_is_hashed_writes_its_event(scene, log_lines, monkeypatch, tries):
    def guess():
        for _ in range(tries):
            limits.record_failure(limits.Attempt.to_sign_in("alice", HERE), now=timezone.now())

    scene.during_the_check(monkeypatch, guess)
    scene.sign_in(password="wrong")
    expected = {9: ("sign_in_failed", "wrong_password"), 10: ("sign_in_limited", "name_and_network")}
    [line] = [line for line in log_lines if line["event"].startswith("sign_in_")]
    assert (line["event"], line["reason"]) == expected[tries]


@pytest.mark.django_db(transaction=True)
def test_a_deletion_writes_its_event_when_it_has_happened(alice, log_lines):
    user_id = alice.pk
    alice.delete()
    assert [line["user_id"] for line in log_lines if line["event"] == "user_deleted"] == [user_id]


def test_the_demo_users_are_events_too(db, log_lines):
    demo.create_missing()
    assert [line["user_id"] for line in log_lines if line["event"] == "user_created"] == sorted(demo.DEMO_IDS)


def test_who_is_signed_in_is_the_actor_and_who_only_says_a_name_is_not(scene, log_lines):
    scene.sign_in(password="wrong")
    scene.signed_in().change_password()
    actors = {line["event"]: line["actor"] for line in log_lines if "actor" in line}
    assert actors["sign_in_failed"] is None
    assert actors["signed_in"] == actors["password_changed"] == scene.alice.pk


def test_every_service_and_every_api_is_in_the_table_or_decides_nothing():
    """A new function of a service comes with its event, or is named here with the reason why it has none."""
    without = {
        "sign_in": "prove_password and begin",
        "check_new_user": "part of user_change_refused",
        "check_new_email": "reads",
        "require_mail": "reads",
        "check_invited": "part of user_invited and user_change_refused",
        "find_connected_user": "reads",
        "best_address": "reads",
        "create_connected_user": "part of user_created and provider_connected",
        "connect": "part of provider_connected",
        "delete_closed_accounts": "user_deleted, by the receiver of the deletion",
        "queue": "part of the events of its callers",
        "notify": "part of the events of its callers",
        "revoke_tokens": "part of signed_out_everywhere and roles_changed",
        "end_other_sessions": "part of password_changed",
        "end_sessions": "part of the events of its callers",
        "start_session": "part of signed_in and impersonation_started",
        "expiry": "reads",
        "may_go_on": "reads",
        "session_lifetime": "reads",
        "enqueue": "keeps what was stored for its receiver",
        "note_failure": "schedules the next attempt",
        "store": "keeps what was recorded",
        "delete_old_events": "deletes what is older than VF_EVENTS_DAYS",
        "store_imported": "part of users_imported",
        "delete_expired_revocations": "deletes what revokes nothing",
        "replace_roles": "part of roles_changed",
        "lock": "part of user_deactivated",
        "unlock": "part of user_activated",
        "sign_out_of": "part of signed_out_everywhere",
        "end_session_of": "part of session_ended",
        "revoke_token_of": "part of personal_token_revoked",
        "delete_account": "part of user_deleted",
        "reset_factors": "part of factors_reset",
        "set_authenticator_app": "factor_added, by _added",
        "add_passkey": "factor_added, by _added",
        "record_proof": "part of reauthenticated and factor_added",
        "lock_sessions_of": "locks",
        "roles_in": "reads",
        "identity_in": "reads",
        "mint_for": "part of signed_in and session_refreshed",
        "delete_ended_sessions": "deletes what no decision needs",
        "revoke_sessions": "part of the events of its callers",
        "revoke_user": "part of the events of its callers",
    }
    recording = set()
    for path in (
        *PACKAGE.glob("*/services.py"),
        PACKAGE / "signin/refresh.py",
        PACKAGE / "signin/impersonation.py",
        PACKAGE / "programs/exchange.py",
    ):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                recording.add(node.name)
                calls = any(name in ast.unparse(node) for name in ("audit.record", "_record_ends", "_recorded"))
                assert calls != (node.name in without), node.name
    assert recording >= {"sign_in", "sign_out", "refresh", "change_password", "set_roles", "deactivate", "activate"}
    covered = {event for _, event, _, _ in ACTIONS.values()} | {Event.USER_DELETED, Event.LINES_COUNTED}
    assert covered == set(Event)


def test_every_event_is_documented_and_nothing_else_is():
    section = (PART.parents[1] / "docs/log-events.md").read_text().partition("## Audit log")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == {event.value for event in Event}


def test_there_is_one_door():
    """Where sign-in and accounts are decided nothing else writes to the log."""
    decide = [*PACKAGE.glob("accounts/**/*.py"), *PACKAGE.glob("signin/**/*.py")]
    assert len(decide) > 30
    assert [path.name for path in decide if "structlog" in path.read_text()] == []


def test_what_was_typed_is_in_no_line(scene, log_lines):
    scene.sign_in("my-secret-password", "another-secret")
    scene.signed_in().change_password(old="old-secret", new="new-secret")
    refused_creation(username="odd@name-secret", password="weak")(scene)
    command_with_an_unknown_user(scene)
    assert len(log_lines) > 5
    for typed in ("secret", "nobody-of-this-name"):
        assert typed not in str(log_lines)


# -- bounds ----------------------------------------------------------------------------------------------------


def counts(lines):
    return [(line["counted_event"], line["count"]) for line in lines if line["event"] == Event.LINES_COUNTED.value]


def fail(times, *, network="192.0.2.1"):
    for _ in range(times):
        audit.record(Event.SIGN_IN_LIMITED, user_id="usr_1", reason="network", network=network)


@pytest.mark.django_db
def test_one_source_writes_so_many_lines_and_the_others_are_counted(log_lines):
    fail(audit.LINES_OF_SOURCE + 60)
    assert len(log_lines) == audit.LINES_OF_SOURCE
    fail(1, network="198.51.100.7")
    assert log_lines[-1]["network"] == "198.51.100.7"
    audit._bounds.say()
    assert counts(log_lines) == [("sign_in_limited", 60)]


@pytest.mark.django_db
def test_many_sources_write_so_many_lines_together_and_cost_bounded_memory(log_lines):
    for number in range(5000):
        fail(1, network=f"198.51.{number // 250}.{number % 250}")
    assert len(log_lines) == audit.LINES_OF_EVENT
    assert len(audit._bounds._of_source) <= audit.LINES_OF_EVENT * (len(Event) + 1)
    audit._bounds.say()
    assert counts(log_lines) == [("sign_in_limited", 5000 - audit.LINES_OF_EVENT)]


@pytest.mark.django_db
def test_a_flood_of_one_event_hides_no_other_and_no_change(log_lines):
    fail(5000)
    audit.record(Event.SIGN_IN_FAILED, user_id="usr_1", reason="wrong_password", network="192.0.2.1")
    for _ in range(1000):
        audit.record(Event.ROLES_CHANGED, user_id="usr_1")
    written = [line["event"] for line in log_lines]
    assert written.count("sign_in_failed") == 1
    assert written.count("roles_changed") == 1000


@pytest.mark.django_db
def test_the_next_window_begins_anew_and_says_first_what_was_counted(monkeypatch, log_lines):
    monkeypatch.setattr(audit, "_bounds", audit.Bounds(window=0.05))
    fail(audit.LINES_OF_SOURCE + 5)
    time.sleep(0.06)
    with audit.acting(audit.Context(actor="usr_2", network="203.0.113.9")):
        fail(1)
    assert sum(count for _, count in counts(log_lines)) == 5
    [told] = [line for line in log_lines if line["event"] == "audit_lines_counted"]
    assert (told["actor"], told["network"]) == (None, None)


@pytest.mark.django_db
def test_the_end_of_an_attack_is_told_without_another_event(monkeypatch, log_lines):
    monkeypatch.setattr(audit, "_bounds", audit.Bounds(window=0.05))
    fail(audit.LINES_OF_SOURCE + 7)
    deadline = time.monotonic() + 10
    while not counts(log_lines) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert counts(log_lines) == [("sign_in_limited", 7)]


# -- commands and server, as they run --------------------------------------------------------------------------------


def json_lines(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_a_command_and_the_server_write_lines_of_one_form(installation):
    production = {
        "VF_ENV": "production",
        "BASE_DOMAIN": "vfservices.localhost",
        "VF_SECRET_KEY": secrets.token_urlsafe(),
        "VF_REFRESH_SECRET": secrets.token_urlsafe(),
        "VF_EDGE_JWKS_URL": "http://127.0.0.1:1/",
    }
    installation.manage("rotate_signing_key", "--if-none")
    delete = "from identity_provider.accounts.models import User; User.objects.all().delete()"
    deleted = installation.manage("shell", "-c", delete, **production)
    created = installation.manage("create_user", "carol", "c@example.test", given="tr0ub4dor and 3\n", **production)
    roles = installation.manage("set_user", "carol", "--roles", "operator", **production)
    closed = installation.manage("set_user", "carol", "--deactivate", **production)
    with installation.gunicorn(**production) as url:
        body = {"username": "carol", "password": "wrong"}
        httpx.post(f"{url}{LOGIN}", json=body, headers={"Host": HOST, "X-Forwarded-For": "192.0.2.1"})
    server = max(installation.folder.glob("*.log"), key=lambda path: path.stat().st_mtime).read_text()
    lines = {}
    for text in (deleted.stderr, created.stderr, roles.stderr, closed.stderr, server):
        lines |= {line["event"]: line for line in json_lines(text) if line["event"] in set(Event)}
    me = pwd.getpwuid(os.getuid()).pw_name
    user_id = created.stdout.split()[0]
    for event, command in (
        ("user_deleted", "shell"),
        ("user_created", "create_user"),
        ("roles_changed", "set_user"),
        ("user_deactivated", "set_user"),
    ):
        assert lines[event]["actor"] == f"command:{command}"
        assert lines[event]["operating_system_user"] == me
    assert lines["roles_changed"]["user_id"] == lines["sign_in_failed"]["user_id"] == user_id
    assert (lines["roles_changed"]["roles"], lines["roles_changed"]["roles_before"]) == (["operator"], [])
    assert lines["sign_in_failed"]["reason"] == "account_deactivated"
    common = {"event", "level", "timestamp", "service", "user_id", "actor", "network", "reason"}
    for line in lines.values():
        assert line.keys() >= common
        assert line["service"] == "identity"


def test_no_log_level_silences_the_audit(sqlite_installation):
    changed = sqlite_installation.manage("set_user", "alice", "--roles", "operator", VF_LOG_LEVEL="ERROR")
    assert "roles_changed" in changed.stderr


def test_the_account_of_the_operating_system_is_not_what_a_variable_says(monkeypatch):
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setenv("LOGNAME", "somebody-else")
    context = audit.command(["manage.py", "--verbosity", "set_user"])
    assert context.operating_system_user == pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize(
    ("arguments", "actor"),
    [
        (["manage.py", "set_user", "alice", "--roles"], "command:set_user"),
        (["/srv/manage.py"], "command:help"),
        (["manage.py", "--version"], "command:help"),
    ],
)
def test_the_actor_of_a_command_is_its_name(arguments, actor):
    assert audit.command(arguments).actor == actor


def test_the_account_of_a_container_need_not_have_a_name(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert audit.command(["manage.py", "x"]).operating_system_user == "uid 4000000"
