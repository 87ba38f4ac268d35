"""The authentication scheme for drf-spectacular, which finds this class once it is imported."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class EdgeAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A bearer token or a session cookie."""

    target_class = "vf_django.authentication.EdgeAuthentication"
    match_subclasses = True
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
