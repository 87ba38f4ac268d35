"""Problem details have one shape (RFC 9457)."""

import json

from vf_edge.problems import Problem


def test_a_problem_has_every_documented_member():
    document = json.loads(Problem(403, "role_required", "Not yours.").body("req-1"))
    assert document == {
        "type": "urn:vfservices:problem:role_required",
        "title": "Forbidden",
        "status": 403,
        "detail": "Not yours.",
        "code": "role_required",
        "request_id": "req-1",
    }


def test_further_members_stand_beside_them():
    problem = Problem(400, "invalid", "Look at the fields.", {"errors": {"name": ["missing"]}})
    assert problem.document("req-1")["errors"] == {"name": ["missing"]}
