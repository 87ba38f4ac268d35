"""The identity provider's own settings, read once from the environment (docs/settings.md)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings

from vf_edge.cookies import CookieNames
from vf_edge.cors import extra_origins
from vf_runtime import RedisAddress, SettingError, parse_redis_address
from vf_runtime.known_secrets import DEVELOPMENT_JWT_SECRET, DEVELOPMENT_REFRESH_SECRET
from vf_service.settings import ServiceSettings, stop_on_setting_error
from vf_tokens import ALGORITHMS, AccessPolicy
from vf_tokens.keys import MIN_SECRET_BYTES
from vf_tokens.policy import DEFAULT_AUDIENCE

from .mailing.settings import FOR_DEVELOPMENT, MailSettings
from .providers.settings import Providers
from .roles import SHIPPED, Roles
from .webhooks.signature import key_of

DAY = 86_400

SIGN_UP = ("open", "invitation", "off")

MAX_ISSUER_BYTES = 255
"""Maximum size of the issuer, which is part of every access token. A token must fit in a cookie."""


@dataclass(frozen=True, slots=True)
class SigningSettings:
    """Settings for signing access tokens."""

    algorithm: str
    """``VF_JWT_ALGORITHM``: ES256 (default), RS256, EdDSA or HS256."""
    shared_secret: str = field(repr=False)
    """``VF_JWT_SECRET``: the HS256 secret, at least 32 characters; empty with the other algorithms."""
    keys_dir: Path
    """``VF_SIGNING_KEYS_DIR``: folder of ``<UTC time>.pem`` private keys (PKCS #8)."""
    activation_delay: int
    """``VF_KEY_ACTIVATION_DELAY``: seconds for which a new key is published before it signs."""
    policy: AccessPolicy
    """Issuer (``VF_JWT_ISSUER``) and audience (``VF_JWT_AUDIENCE``) of the tokens."""
    lifetime: int
    """``VF_ACCESS_TOKEN_LIFETIME``: seconds."""

    @classmethod
    def read(cls, service: ServiceSettings, *, default_keys_dir: Path) -> Self:
        """Read the variables. Raises :class:`SettingError`."""
        environment = service.environment
        algorithm = environment.choice("VF_JWT_ALGORITHM", ALGORITHMS, "ES256")
        secret = ""
        if algorithm == "HS256":
            secret = environment.secret("VF_JWT_SECRET", least=MIN_SECRET_BYTES, development=DEVELOPMENT_JWT_SECRET)
        issuer = environment.text("VF_JWT_ISSUER", f"https://{service.base_domain}")
        if len(issuer.encode()) > MAX_ISSUER_BYTES:
            raise SettingError(
                f"VF_JWT_ISSUER has {len(issuer.encode())} bytes: it must have at most {MAX_ISSUER_BYTES}"
            )
        if service.production and not issuer.startswith("https://"):
            raise SettingError(f"VF_JWT_ISSUER is {issuer!r}: in production it must start with https://")
        default = None if service.production and algorithm != "HS256" else str(default_keys_dir)
        return cls(
            algorithm=algorithm,
            shared_secret=secret,
            keys_dir=Path(environment.text("VF_SIGNING_KEYS_DIR", default)),
            activation_delay=environment.integer("VF_KEY_ACTIVATION_DELAY", 600, least=0, most=DAY),
            policy=AccessPolicy(issuer, environment.text("VF_JWT_AUDIENCE", DEFAULT_AUDIENCE)),
            lifetime=environment.integer("VF_ACCESS_TOKEN_LIFETIME", 300, least=10, most=3600),
        )


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Settings for the lifetime of sessions and for their cookies."""

    refresh_secret: bytes = field(repr=False)
    """``VF_REFRESH_SECRET``: derives the successors of refresh tokens; at least 32 characters."""
    grace: int
    """``VF_REFRESH_GRACE``: seconds for which a used refresh token still returns its successor (for a second tab)."""
    remember_lifetime: int
    """``VF_REMEMBER_LIFETIME``: seconds after the last use for which a session with "remember me" lasts; the cookies'
    ``Max-Age``.
    """
    idle_lifetime: int
    """``VF_SESSION_LIFETIME``: seconds without use after which a session without "remember me" ends."""
    sign_ins_per_minute: int
    """``VF_SIGN_INS_PER_MINUTE``: maximum of successful sign-ins of one account from one network; 0 for no limit."""
    script_cookie: bool
    """``VF_JS_TOKEN_COOKIE``: whether scripts get the access token (cookie ``jwt_token``)."""
    cookie_names: CookieNames
    """``VF_COOKIE_PREFIX``: prefix of the cookie names."""
    cookie_domain: str
    """``Domain`` of the cookies: BASE_DOMAIN if ``VF_LAYOUT=subdomains``; empty means host-only."""
    allowed_origins: frozenset[str]
    """Origins of the platform's pages and ``VF_CORS_EXTRA_ORIGINS``, whose scripts may sign in and out."""

    @classmethod
    def read(cls, service: ServiceSettings) -> Self:
        """Read the variables. Raises :class:`SettingError`."""
        environment = service.environment
        secret = environment.secret("VF_REFRESH_SECRET", development=DEVELOPMENT_REFRESH_SECRET)
        return cls(
            refresh_secret=secret.encode(),
            grace=environment.integer("VF_REFRESH_GRACE", 10, least=0, most=60),
            remember_lifetime=environment.integer("VF_REMEMBER_LIFETIME", DAY, least=600, most=400 * DAY),
            idle_lifetime=environment.integer("VF_SESSION_LIFETIME", 43_200, least=600, most=30 * DAY),
            sign_ins_per_minute=environment.integer("VF_SIGN_INS_PER_MINUTE", 120, least=0, most=100_000),
            script_cookie=environment.flag("VF_JS_TOKEN_COOKIE", True),
            cookie_names=environment.parsed("VF_COOKIE_PREFIX", CookieNames),
            cookie_domain=service.base_domain if service.layout == "subdomains" else "",
            allowed_origins=frozenset((*service.page_origins, *extra_origins(environment))),
        )


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where stored events are sent."""

    url: str = ""
    """``VF_EVENTS_WEBHOOK_URL``: the receiver; empty for none."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    """``VF_EVENTS_WEBHOOK_SECRET``: the keys that sign, each ``whsec_…``."""

    @classmethod
    def read(cls, service: ServiceSettings) -> Self:
        """Read the variables. Raises :class:`SettingError`, without a secret in its message."""
        url = service.environment.optional("VF_EVENTS_WEBHOOK_URL") or ""
        secrets = (service.environment.optional("VF_EVENTS_WEBHOOK_SECRET") or "").split()
        schemes = ("https",) if service.production else ("https", "http")
        parts = urlsplit(url)
        if url and (parts.scheme not in schemes or not parts.hostname):
            raise SettingError(f"VF_EVENTS_WEBHOOK_URL must be a URL with {' or '.join(schemes)}")
        if bool(url) != bool(secrets):
            raise SettingError("VF_EVENTS_WEBHOOK_URL and VF_EVENTS_WEBHOOK_SECRET need each other: set both or none")
        try:
            return cls(url, tuple(key_of(secret) for secret in secrets))
        except ValueError as error:
            raise SettingError(f"VF_EVENTS_WEBHOOK_SECRET must be {error}; several are separated by spaces") from None


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """All settings of this service, in addition to those of every Django component."""

    production: bool
    base_domain: str
    public_origin: str
    """The preferred public origin, such as ``https://vfservices.localhost:8443``."""
    password_tokens: bool
    """``VF_PASSWORD_TOKENS``: whether sign-in returns an access token in the body if ``include_token`` asks for it."""
    login_origins: tuple[str, ...]
    """Origins with the sign-in page, if it isn't on every host of this API; empty means the same host."""
    redis: RedisAddress
    """``VF_REDIS_URL``: the server to which revocations are published."""
    events_days: int
    """``VF_EVENTS_DAYS``: days for which the events of an account are kept."""
    webhook: WebhookSettings
    roles: Roles
    """The roles in ``VF_ROLES_FILE``."""
    signing: SigningSettings
    sessions: SessionSettings
    mail: MailSettings
    """``VF_EMAIL_URL`` and ``VF_EMAIL_FROM``."""
    providers: Providers
    """The providers in ``VF_PROVIDERS_FILE``."""
    sign_up: str
    """``VF_SIGN_UP``: ``open``, ``invitation`` or ``off``."""
    impersonation_lasts: int
    """``VF_IMPERSONATION_LASTS``: seconds for which an operator can act as another user; 0 if never."""
    reauthentication_lasts: int
    """``VF_REAUTHENTICATION_LASTS``: seconds after a proof of identity for which the user isn't asked again."""
    trust_devices: int
    """``VF_TRUST_DEVICES``: days for which a browser that a user trusts needs no second factor; 0 for never."""
    require_mfa_roles: frozenset[str]
    """``VF_REQUIRE_MFA_ROLES``: roles that only a session has in which a second factor was used."""
    admin: bool
    """``VF_ADMIN``: whether ``admin.BASE_DOMAIN`` shows the stored records to operators."""
    secret_key_fallbacks: tuple[str, ...] = field(repr=False)
    """``VF_SECRET_KEY_FALLBACKS``: earlier values of ``VF_SECRET_KEY``, which still decrypt stored secrets."""

    @property
    def relying_party_id(self) -> str:
        """Return the domain of passkeys: they work on ``BASE_DOMAIN`` and its subdomains."""
        return self.base_domain.partition(":")[0]

    @property
    def passkey_origins(self) -> frozenset[str]:
        """Return the origins of all pages that use passkeys, on the hosts with a sign-in page of their own too."""
        if self.login_origins:
            return self.sessions.allowed_origins
        hosts = [f"traefik.{self.base_domain}", *([self.admin_host] if self.admin else [])]
        first = f"//{self.base_domain}"
        own = [origin for origin in self.sessions.allowed_origins if origin.partition(":")[2].split(":")[0] == first]
        return self.sessions.allowed_origins.union(o.replace(first, f"//{host}") for o in own for host in hosts)

    @property
    def admin_host(self) -> str:
        """Return the only host on which the admin responds; empty if ``VF_ADMIN`` is off."""
        return f"admin.{self.base_domain}" if self.admin else ""

    @classmethod
    def from_service(cls, service: ServiceSettings, base_dir: Path) -> Self:
        """Read the identity provider's own settings. An invalid value ends the process with one line on
        standard error.
        """
        with stop_on_setting_error():
            return cls.read(service, base_dir)

    @classmethod
    def read(cls, service: ServiceSettings, base_dir: Path) -> Self:
        """Read ``service.environment``. Raises :class:`SettingError` with one line that names the variable."""
        redis_default = None if service.production else "redis://127.0.0.1:8108/0"
        roles = Roles.read(Path(service.environment.text("VF_ROLES_FILE", str(SHIPPED))))
        return cls(
            production=service.production,
            base_domain=service.base_domain,
            public_origin=service.page_origins[0],
            password_tokens=_password_tokens(service),
            login_origins=service.page_origins if service.layout == "subdomains" else (),
            redis=parse_redis_address("VF_REDIS_URL", service.environment.address("VF_REDIS_URL", redis_default)),
            events_days=service.environment.integer("VF_EVENTS_DAYS", 90, least=1, most=3650),
            webhook=WebhookSettings.read(service),
            roles=roles,
            signing=SigningSettings.read(service, default_keys_dir=base_dir / ".run" / "signing-keys"),
            sessions=SessionSettings.read(service),
            mail=_mail(service),
            providers=_providers(service),
            sign_up=service.environment.choice("VF_SIGN_UP", SIGN_UP, "off" if service.production else "open"),
            impersonation_lasts=service.environment.integer("VF_IMPERSONATION_LASTS", 1800, least=0, most=14400),
            reauthentication_lasts=service.environment.integer("VF_REAUTHENTICATION_LASTS", 300, least=30, most=DAY),
            trust_devices=service.environment.integer(
                "VF_TRUST_DEVICES", 0 if service.production else 30, least=0, most=180
            ),
            require_mfa_roles=_require_mfa_roles(service, roles),
            admin=service.environment.flag("VF_ADMIN", not service.production),
            secret_key_fallbacks=tuple((service.environment.optional("VF_SECRET_KEY_FALLBACKS") or "").split()),
        )


def _mail(service: ServiceSettings) -> MailSettings:
    environment = service.environment
    sender = environment.text("VF_EMAIL_FROM", f"no-reply@{service.base_domain}")
    url = environment.address("VF_EMAIL_URL", "off" if service.production else "page")
    if service.production and url in FOR_DEVELOPMENT:
        raise SettingError(f"VF_EMAIL_URL is {url!r}: in production it must be off or a mail server")
    return MailSettings.parse(url, sender=sender)


def _providers(service: ServiceSettings) -> Providers:
    path = service.environment.optional("VF_PROVIDERS_FILE")
    return Providers.read(Path(path) if path else None, production=service.production)


def _require_mfa_roles(service: ServiceSettings, roles: Roles) -> frozenset[str]:
    default = "operator" if service.production and "operator" in roles else "none"
    text = service.environment.text("VF_REQUIRE_MFA_ROLES", default)
    names = [] if text == "none" else text.replace(",", " ").split()
    if unknown := roles.why_unknown(names):
        raise SettingError(f"VF_REQUIRE_MFA_ROLES: {unknown} For no role, set it to none")
    return frozenset(names)


def _password_tokens(service: ServiceSettings) -> bool:
    switched_on = service.environment.flag("VF_PASSWORD_TOKENS", not service.production)
    if switched_on and service.production:
        raise SettingError(
            "VF_PASSWORD_TOKENS is on: it must be off in production. Programs exchange a credential of their own"
        )
    return switched_on


def current() -> IdentitySettings:
    """Return the settings of this process, ``settings.VF_IDENTITY``."""
    return settings.VF_IDENTITY
