"""How a client authenticates, for drf-spectacular: every generator finds this class once it is imported."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class EdgeAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A Bearer token at the edge; the cookie of a signed-in browser does as well."""

    target_class = "vf_django.authentication.EdgeAuthentication"
    match_subclasses = True
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
