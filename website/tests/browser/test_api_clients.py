"""Rules of the API clients: errors, a single refresh, and when to go to the sign-in page."""

import pytest
from playwright.sync_api import expect

SEND = """async ([url, options]) => {
    const { api } = await import('/static/js/clients/session.js');
    const { method = 'GET', ...rest } = options;
    try { return { answer: await api.identity.send(method, url, { ...rest, renew: false, retries: 0 }) }; }
    catch (problem) { return { ...problem, name: problem.name, message: problem.message }; }
}"""

GET = """async (count) => {
    const { api } = await import('/static/js/clients/session.js');
    const names = Array.from({ length: count }, () => api.getProfile().then((p) => p.username, (p) => p.code));
    return Promise.all(names);
}"""

ROUNDS = 60
"""Rounds of the test. With only localStorage, about one in six would refresh twice."""


@pytest.fixture
def tab(page, api):
    page.goto("/")
    return page


def send(tab, path="/api/profile/", **options):
    return tab.evaluate(SEND, [path, options])


def test_a_problem_document_keeps_status_code_detail_and_request_id(tab, api):
    api.answer("/api/profile/", 403, code="role_required", detail="You need a role.", request_id="r1")
    problem = send(tab)
    assert problem["name"] == "ApiError"
    assert (problem["status"], problem["code"], problem["detail"]) == (403, "role_required", "You need a role.")
    assert (problem["requestId"], problem["message"]) == ("r1", "You need a role.")


@pytest.mark.parametrize(
    ("status", "body", "code", "detail"),
    [
        (
            502,
            "<html>Bad Gateway</html>",
            "http_502",
            "The service is unreachable. Try again in a moment.",
        ),
        (418, "", "http_418", "The service returned an error (418)."),
        (500, {"detail": ["a", "list"], "code": 7}, "http_500", "The service returned an error (500)."),
        (404, "null", "http_404", "Not found."),
        (200, "<html>", "unreadable_answer", "Unexpected response from the server. Try again in a moment."),
    ],
)
def test_an_answer_that_explains_nothing_still_gives_words_for_a_person(tab, api, status, body, code, detail):
    api.answer("/api/profile/", status, body)
    problem = send(tab)
    assert (problem["status"], problem["code"], problem["detail"]) == (status, code, detail)


@pytest.mark.parametrize(("header", "seconds"), [("30", 30), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)])
def test_retry_after_is_read_as_whole_seconds(tab, api, header, seconds):
    api.answer("/api/auth/login/", 429, code="too_many_attempts", detail="Wait.")
    api.headers = {"Retry-After": header}
    assert send(tab, "/api/auth/login/")["retryAfter"] == seconds


def test_no_connection_becomes_a_readable_problem(tab, api):
    api.answer("/api/profile/", 0)
    problem = send(tab)
    assert (problem["status"], problem["code"]) == (0, "network_error")
    assert problem["detail"].startswith("Can't reach the server.")


def test_an_answer_that_does_not_come_in_time_is_given_up(tab, context):
    context.route("**/api/profile/", lambda route: None)
    problem = send(tab, timeoutMs=50)
    assert (problem["status"], problem["code"]) == (0, "timeout")


def test_a_call_that_its_caller_gives_up_is_no_problem_to_show(tab, context):
    context.route("**/api/profile/", lambda route: None)
    name = tab.evaluate("""async () => {
        const { api } = await import('/static/js/clients/session.js');
        const controller = new AbortController();
        const call = api.getProfile({ signal: controller.signal }).catch((error) => error.name);
        controller.abort();
        return call;
    }""")
    assert name == "AbortError"


def test_an_answer_without_a_body_is_null(tab, api):
    api.answer("/api/auth/logout/", 204)
    assert send(tab, "/api/auth/logout/", method="POST") == {"answer": None}


def test_empty_filters_are_left_out_of_the_address(tab):
    url = tab.evaluate("""async () => {
        const { ApiClient } = await import('/static/clients/src/index.js');
        const client = new ApiClient({ baseUrls: 'https://billing.test' });
        return client.url('/x/', { a: '', b: null, c: undefined, d: 'ä&=', e: 0 });
    }""")
    assert url == "https://billing.test/x/?d=%C3%A4%26%3D&e=0"


def expired_until_refreshed(api):
    """Make the access token expired until a refresh renews it."""
    state = {"good": False}

    def profile(request):
        return (200, {"username": "alice"}) if state["good"] else (401, {"code": "token_expired", "detail": "Expired."})

    def refresh(request):
        state["good"] = True
        return 200, {}

    api.decide("/api/profile/", profile)
    api.decide("/api/auth/refresh/", refresh)


def test_many_calls_that_meet_an_expired_token_refresh_it_once(tab, api):
    expired_until_refreshed(api)
    assert tab.evaluate(GET, 6) == ["alice"] * 6
    assert api.count("/api/auth/refresh/") == 1
    assert ("POST", "/api/auth/refresh/") in api.calls


def test_tabs_that_meet_an_expired_token_together_refresh_it_once(tab, api, context):
    expired_until_refreshed(api)
    other = context.new_page()
    other.goto("/")
    start = "(count) => { globalThis.done = (" + GET + ")(count); }"
    tab.evaluate(start, 3)
    other.evaluate(start, 3)
    assert tab.evaluate("() => globalThis.done") + other.evaluate("() => globalThis.done") == ["alice"] * 6
    assert api.count("/api/auth/refresh/") == 1


STORAGE_OF_ITS_OWN = """
    const items = new Map();
    const own = { getItem: (name) => items.get(name) ?? null, setItem: (name, value) => items.set(name, value) };
    Object.defineProperty(globalThis, 'localStorage', { get: () => own });
"""


@pytest.mark.parametrize("stored", ["arrives", "never arrives"])
def test_many_tabs_refresh_once_a_round_however_late_what_a_tab_stores_arrives_in_the_others(tab, api, context, stored):
    if stored == "never arrives":
        context.add_init_script(STORAGE_OF_ITS_OWN)
        tab.reload()
    tabs = [tab, *(context.new_page() for _ in range(7))]
    for other in tabs[1:]:
        other.goto("/")
    refreshes = []
    for _ in range(ROUNDS):
        expired_until_refreshed(api)
        before = api.count("/api/auth/refresh/")
        for each in tabs:
            each.evaluate("(count) => { globalThis.done = (" + GET + ")(count); }", 1)
        assert [each.evaluate("() => globalThis.done") for each in tabs] == [["alice"]] * len(tabs)
        refreshes.append(api.count("/api/auth/refresh/") - before)
    assert refreshes == [1] * ROUNDS


def test_one_tab_asks_while_the_others_wait_for_it(tab, api):
    expired_until_refreshed(api)
    tab.evaluate("""() => new Promise((held) => {
        navigator.locks.request('vf-session-refresh', () => {
            held();
            return new Promise((release) => { globalThis.release = release; });
        });
    })""")
    tab.evaluate("(count) => { globalThis.done = (" + GET + ")(count); }", 1)
    tab.wait_for_timeout(150)
    assert api.count("/api/auth/refresh/") == 0
    tab.evaluate("() => globalThis.release()")
    assert tab.evaluate("() => globalThis.done") == ["alice"]
    assert api.count("/api/auth/refresh/") == 1


def test_without_a_session_the_page_leaves_for_the_sign_in_and_names_where_to_come_back(alice, api):
    api.answer("/api/billing/summary/", 401, code="token_expired", detail="Expired.")
    api.answer("/api/auth/refresh/", 401, code="refresh_token_invalid", detail="Ended.")
    alice.goto("/billing/?page=2&status=paid")
    expect(alice).to_have_url("/api/auth/continue/?next=%2Fbilling%2F%3Fpage%3D2%26status%3Dpaid")


def test_a_token_that_is_refused_after_a_refresh_is_not_refreshed_again(alice, api):
    api.answer("/api/profile/", 401, code="token_revoked", detail="Revoked.")
    alice.goto("/accounts/profile/")
    expect(alice).to_have_url("/api/auth/continue/?next=%2Faccounts%2Fprofile%2F")
    assert api.count("/api/auth/refresh/") == 1


def test_an_identity_provider_that_is_down_signs_nobody_out(alice, api):
    api.answer("/api/profile/", 401, code="token_expired", detail="Expired.")
    api.answer("/api/auth/refresh/", 503, code="unavailable", detail="Signing in is not possible right now.")
    alice.goto("/accounts/profile/")
    expect(alice.locator("#profile-error")).to_contain_text("Signing in is not possible right now.")
    assert "/accounts/profile/" in alice.url


def test_a_wrong_password_is_no_reason_to_refresh(tab, api):
    api.answer("/api/auth/login/", 401, code="invalid_credentials", detail="Wrong.")
    code = tab.evaluate("""async () => {
        const { SignInAPIClient } = await import('/static/js/clients/sign-in-api-client.js');
        const credentials = { username: 'a', password: 'b', rememberMe: false };
        return new SignInAPIClient().login(credentials).catch((problem) => problem.code);
    }""")
    assert code == "invalid_credentials"
    assert api.count("/api/auth/refresh/") == 0
