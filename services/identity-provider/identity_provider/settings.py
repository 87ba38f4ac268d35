"""Django settings. The environment provides what depends on the installation (docs/settings.md)."""

from pathlib import Path

from vf_edge import cors
from vf_service import openapi
from vf_service.settings import CHECKS_OF_THE_EDGE, ServiceSettings

from .accounts import hashers
from .configuration import IdentitySettings

BASE_DIR = Path(__file__).resolve().parent.parent

service = ServiceSettings.from_environment("identity", BASE_DIR)
service.configure_logging()
LOGGING_CONFIG = None

VF_IDENTITY = IdentitySettings.from_service(service, BASE_DIR)
VF_PRODUCTION = service.production
VF_EDGE = service.edge
VF_DIRECT = service.direct
CORS_ALLOWED_ORIGINS = service.cors_allowed_origins
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = cors.METHODS
CORS_ALLOW_HEADERS = service.cors_headers.allowed
CORS_EXPOSE_HEADERS = service.cors_headers.exposed
VF_GUNICORN_CONFIG = "python:vf_service.gunicorn_conf"  # for `check --deploy`
VF_READINESS = ["vf_django.readiness.database", "identity_provider.signing.readiness.signing_key"]

DEBUG = service.debug
SECRET_KEY = service.secret_key
SECRET_KEY_FALLBACKS = list(VF_IDENTITY.secret_key_fallbacks)
ALLOWED_HOSTS = service.allowed_hosts
DATABASES = service.databases
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    *service.base_installed_apps,
    "django.contrib.staticfiles",
    "django.contrib.admin.apps.SimpleAdminConfig",  # without autodiscover: admin.site names each model that it shows
    "drf_spectacular_sidecar",
    "django.contrib.contenttypes",
    "django.contrib.auth",  # allauth imports its models; no row of them is used
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.github",
    "identity_provider.cleaning",
    "identity_provider.accounts",
    "identity_provider.signin",
    "identity_provider.mailing",
    "identity_provider.factors",
    "identity_provider.flows",
    "identity_provider.providers",
    "identity_provider.signing",
    "identity_provider.revocations",
    "identity_provider.events",
    "identity_provider.programs",
    "identity_provider.operators",
    "identity_provider.webhooks",
]
MIDDLEWARE = [
    *service.base_middleware,
    "identity_provider.middleware.AuditMiddleware",
    "identity_provider.admin.middleware.AdminHostMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "identity_provider.urls"
WSGI_APPLICATION = "identity_provider.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "identity_provider" / "templates"],  # before drf-spectacular's own
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},  # the admin's navigation
    }
]

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = hashers.ACCEPTED
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]  # not called: see flows.adapter
SESSION_ENGINE = "identity_provider.flows.state"
HEADLESS_ONLY = True  # no pages
ACCOUNT_ADAPTER = "identity_provider.flows.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_CHANGE_EMAIL = True  # one address; a new one replaces it once it is verified
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
HEADLESS_FRONTEND_URLS = {  # allauth puts them into the context of emails, which don't use them
    "account_signup": "/accounts/register/",
    "account_reset_password": "/accounts/password/forgot/",
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
SOCIALACCOUNT_ADAPTER = "identity_provider.providers.adapter.ProvidersAdapter"
SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds for each response of a provider
globals().update(VF_IDENTITY.mail.django())
MFA_ADAPTER = "identity_provider.factors.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds, for clocks that differ
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False
ACCOUNT_RATE_LIMITS = False  # ours are in the database (signin/limits.py, flows/limits.py)

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True  # for emails; API responses are in English
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
FORMAT_MODULE_PATH = ["identity_provider.formats"]
LOCALE_PATHS = [BASE_DIR / "identity_provider" / "locale"]

# The files of /api/docs/ and of the admin; the website serves /static/.
STATIC_URL = "/api/docs/static/"
STATICFILES_DIRS = [BASE_DIR / "identity_provider" / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # only Traefik adds CORS headers
WHITENOISE_USE_FINDERS = True  # served from the packages: no collectstatic

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # Traefik sets it and removes a client's
SILENCED_SYSTEM_CHECKS = [
    *CHECKS_OF_THE_EDGE,
    # The admin has no sessions, messages or sign-in of its own: the gateway verifies its users (admin.access).
    *(f"admin.E{number}" for number in (402, 404, 406, 408, 409, 410)),
    "vf.W015",
    "auth.W004",  # usernames are unique through their canonical form, in another column
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536  # the longest legitimate body is a password form

REST_FRAMEWORK = {
    **service.rest_framework,
    "EXCEPTION_HANDLER": "identity_provider.refusals.exception_handler",
    "DEFAULT_PERMISSION_CLASSES": [
        *service.rest_framework["DEFAULT_PERMISSION_CLASSES"],
        "identity_provider.edge.ByPerson",
        "identity_provider.edge.NotImpersonated",
    ],
}
SPECTACULAR_SETTINGS = {
    **openapi.SETTINGS,
    "TITLE": "Identity",
    "DESCRIPTION": "Sign in, stay signed in, view and end your sessions.",
    "VERSION": "1.0.0",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
