"""Problems of requests that a service understands and does not serve."""

from vf_edge.problems import Problem

CREDENTIAL_REQUIRED = Problem(401, "credential_required", "Sign in, or send an access token.")
PERMISSION_DENIED = Problem(403, "permission_denied", "You don't have permission to do this.")
NOT_FOUND = Problem(404, "not_found", "No resource exists at this URL.")
