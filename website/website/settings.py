"""Django settings of the website. The environment provides the values (docs/settings.md).

No database and no sessions: the gateway sends the identity with each request, and JavaScript loads data from the APIs.
"""

from pathlib import Path

from bootstrap_wrapper import get_bootstrap_dir

from vf_service.settings import CHECKS_OF_THE_EDGE, ServiceSettings

from .static_files import no_sniffing

BASE_DIR = Path(__file__).resolve().parent.parent
service = ServiceSettings.from_environment("website", BASE_DIR, has_database=False)

DEBUG = service.debug
SECRET_KEY = service.secret_key
ALLOWED_HOSTS = service.allowed_hosts
BASE_DOMAIN = service.base_domain
VF_LAYOUT = service.layout
VF_SIGN_UP = service.environment.choice(
    "VF_SIGN_UP", ("open", "invitation", "off"), "off" if service.production else "open"
)
VF_ADMIN = service.environment.flag("VF_ADMIN", not service.production)
VF_TRUST_DEVICES = service.environment.integer("VF_TRUST_DEVICES", 0 if service.production else 30, least=0, most=180)

VF_PRODUCTION = service.production
VF_GUNICORN_CONFIG = "python:vf_service.gunicorn_conf"  # for `check --deploy`
VF_EDGE = service.edge
VF_DIRECT = service.direct
VF_READINESS = ["website.static_files.missing_manifest"]

INSTALLED_APPS = [
    "vf_django",
    "website.static_files.PageStaticFiles",
    "pages",
    "accounts",
    "operators",
]
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",  # first: a style sheet needs no identity and no log line
    "website.language.PageLanguageMiddleware",  # error pages are in the browser's language too
    "website.page_headers.PageHeadersMiddleware",  # before any that reject a request: error pages need it too
    *service.base_middleware,
    "django.middleware.csrf.CsrfViewMiddleware",
]
CSRF_FAILURE_VIEW = "website.errors.csrf_failure"

ROOT_URLCONF = "website.urls"
WSGI_APPLICATION = "website.wsgi.application"
DATABASES: dict[str, object] = {}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "website.addresses.site",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("clients/src", BASE_DIR / "clients" / "src"),  # the npm package
    ("bootstrap", get_bootstrap_dir()),
]
STORAGES = {
    "staticfiles": {
        "BACKEND": "website.static_storage.PageStorage"
        if service.production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
}
# Development serves the source files, so changes show at the next reload.
WHITENOISE_USE_FINDERS = not service.production
WHITENOISE_AUTOREFRESH = not service.production
WHITENOISE_MAX_AGE = 3600 if service.production else 0
WHITENOISE_ALLOW_ALL_ORIGINS = False  # Traefik sets CORS headers
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ADD_HEADERS_FUNCTION = no_sniffing

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # set by Traefik, which removes a client's own
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_SECURE = service.production

USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = "vf_language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

SILENCED_SYSTEM_CHECKS = [
    *CHECKS_OF_THE_EDGE,
    "vf.W008",  # middleware before the request ID logs nothing
]

LOGGING_CONFIG = None
service.configure_logging()
