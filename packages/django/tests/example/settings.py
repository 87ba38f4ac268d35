"""A team's existing service, reduced to what the library needs; the five lines of the README are marked."""

SECRET_KEY = "a-test-needs-no-secret-but-django-wants-one"
VF_PRODUCTION = False  # known secrets are good enough for tests
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
ROOT_URLCONF = "example.urls"
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

INSTALLED_APPS = ["rest_framework", "drf_spectacular", "vf_django"]  # 1
MIDDLEWARE = [
    "vf_django.middleware.RequestContextMiddleware",
    "vf_django.middleware.MetricsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "vf_django.middleware.EdgeIdentityMiddleware",  # 2
]
VF_EDGE = {"AUDIENCE": "example", "JWKS_URL": "http://127.0.0.1:1/.well-known/jwks.json"}  # 3
VF_ROLE_PERMISSIONS = {"clerk": ["shop.view_order", "shop.change_order"]}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["vf_django.authentication.EdgeAuthentication"],  # 4
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "vf_django.problems.exception_handler",  # 5
    "UNAUTHENTICATED_USER": "vf_django.users.AnonymousUser",
}
CSRF_FAILURE_VIEW = "vf_django.problems.csrf_failure"
