"""Settings of both variants, of which ``BENCH_IDENTITY`` selects one."""

import os
from pathlib import Path

SECRET_KEY = "benchmark" * 8
DEBUG = False
ALLOWED_HOSTS = ["*"]
BASE_DIR = Path(os.environ["BENCH_FOLDER"])
EDGE = os.environ["BENCH_IDENTITY"] == "edge"

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "vf_django"]
MIDDLEWARE = [
    "vf_django.middleware.RequestContextMiddleware",
    "vf_django.middleware.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    *(["vf_django.middleware.EdgeIdentityMiddleware"] if EDGE else []),
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "loadtests.bench.django_service.urls"
WSGI_APPLICATION = "loadtests.bench.django_service.wsgi.application"

VF_EDGE = {"AUDIENCE": "billing", "JWKS_FILE": str(BASE_DIR / "edge.json")}
TOKEN_KEY = (BASE_DIR / "token-key.pem").read_bytes()
ISSUER = "https://vfservices.localhost"

_AUTHENTICATION = "vf_django.authentication.EdgeAuthentication"
if not EDGE:
    _AUTHENTICATION = "loadtests.bench.django_service.own_authentication.TokenAuthentication"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [_AUTHENTICATION],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "people.sqlite3",
        "CONN_MAX_AGE": None,  # kept open: the best case for the variant with a database
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING_CONFIG = None
