import assert from "node:assert/strict";
import test from "node:test";
import { createClient } from "@vfservices/clients";
import { expired, fakeApis, FakeLocks, FakeStorage, json, problem } from "./fakes.js";

test("all waiting requests of all methods renew once", async () => {
  const apis = expired();
  const api = createClient({ fetch: apis.fetch, storage: null, lock: null });
  const answers = await Promise.all([
    api.getProfile(),
    api.getProfile(),
    api.getBillingSummary(),
    api.identity.patch("/api/profile/", { name: "A" }),
    api.identity.post("/api/orders/", {}),
  ]);
  assert.deepEqual(answers.map((answer) => answer.username ?? answer.user ?? answer.id), ["alice", "alice", "alice", "alice", 1]);
  assert.equal(apis.refreshes(), 1);
});

for (const late of [false, true]) {
  test(`many tabs renew once a round${late ? ", although none sees what another has stored" : ""}`, async () => {
    const apis = expired();
    const lock = new FakeLocks();
    const shared = new FakeStorage();
    const tabs = Array.from({ length: 8 }, () =>
      createClient({ fetch: apis.fetch, storage: late ? new FakeStorage() : shared, lock }),
    );
    for (let round = 1; round <= 20; round += 1) {
      apis.expire();
      const names = await Promise.all(tabs.map(async (tab) => (await tab.getProfile()).username));
      assert.deepEqual(new Set(names), new Set(["alice"]));
      assert.equal(apis.refreshes(), round);
    }
  });
}

test("a renewal sends the same client key as the sign-in before it", async () => {
  const storage = new FakeStorage();
  const { fetch, calls } = fakeApis({ "POST /api/auth/login/": json({}), "POST /api/auth/refresh/": json({}) });
  const api = createClient({ fetch, storage, lock: null });
  await api.login("alice", "secret");
  assert.equal(await api.handleTokenExpiration(), true);
  const keys = calls.map(({ body }) => body.client_key);
  assert.match(keys[0], /^[\w-]{43}$/);
  assert.equal(keys[0], keys[1]);
  assert.equal(api.connection.clientKey(), keys[0]);
});

test("a storage that is blocked changes nothing but the client key", async () => {
  const apis = expired();
  const blocked = () => {
    throw new Error("blocked");
  };
  const api = createClient({ fetch: apis.fetch, storage: { getItem: blocked, setItem: blocked }, lock: null });
  assert.equal((await api.getProfile()).username, "alice");
  assert.equal(api.connection.clientKey(), undefined);
});

/** @param {object} [options] */
function ended(options) {
  let signedIn = false;
  const { fetch, count } = fakeApis({
    "GET /api/profile/": () => (signedIn ? json({ username: "alice" }) : problem(401, "token_expired")),
    "POST /api/auth/refresh/": problem(401, "refresh_token_invalid"),
  });
  /** @type {string[]} */
  const told = [];
  const api = createClient({
    fetch,
    storage: null,
    lock: null,
    onSignedOut: () => void told.push("signed out"),
    signIn: () => {
      told.push("sign in");
      signedIn = true;
      return true;
    },
    ...options,
  });
  return { api, told, count, end: () => (signedIn = false) };
}

test("after a new sign-in, the request is sent again", async () => {
  const { api, told, end } = ended();
  assert.equal((await api.getProfile()).username, "alice");
  assert.deepEqual(told, ["signed out", "sign in"]);
  end();
  assert.equal((await api.getProfile()).username, "alice");
  assert.deepEqual(told, ["signed out", "sign in", "signed out", "sign in"]);
});

test("without a way to sign in, the caller gets the 401, and the page is told once", async () => {
  const { api, told } = ended({ signIn: undefined });
  await assert.rejects(api.getProfile(), { status: 401, code: "token_expired" });
  await assert.rejects(api.getProfile(), { status: 401 });
  assert.deepEqual(told, ["signed out"]);
  assert.equal(await api.handleTokenExpiration(), false);
});

test("a request can say that nobody is to be asked to sign in", async () => {
  const { api, told } = ended();
  await assert.rejects(api.getProfile({ signIn: false }), { status: 401 });
  assert.deepEqual(told, ["signed out"]);
});

test("all waiting requests sign in once", async () => {
  const { api, told, count } = ended();
  await Promise.all([api.getProfile(), api.getProfile(), api.getProfile()]);
  assert.deepEqual(told, ["signed out", "sign in"]);
  assert.equal(count("/api/auth/refresh/"), 1);
});

test("an abort doesn't wait for a renewal, which goes on for the others", async () => {
  const apis = expired();
  const api = createClient({ fetch: apis.fetch, storage: null, lock: null });
  const controller = new AbortController();
  const given = api.getProfile({ signal: controller.signal });
  const kept = api.getProfile();
  while (apis.count("/api/auth/refresh/") === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  await assert.rejects(given, { name: "AbortError" });
  assert.equal(apis.refreshes(), 0);
  assert.equal((await kept).username, "alice");
});

test("a sign-in that didn't help isn't repeated for ever", async () => {
  let asked = 0;
  const { api, count } = ended({ signIn: () => (asked += 1) > 0 });
  await assert.rejects(api.getProfile(), { status: 401 });
  assert.equal(asked, 1);
  assert.equal(count("/api/profile/"), 2);
});

test("a token that is refused after a renewal isn't renewed again", async () => {
  const { fetch, count } = fakeApis({
    "GET /api/profile/": problem(401, "token_revoked"),
    "POST /api/auth/refresh/": json({}),
  });
  await assert.rejects(createClient({ fetch, storage: null, lock: null }).getProfile(), { code: "token_revoked" });
  assert.equal(count("/api/auth/refresh/"), 1);
});

test("an identity provider that is down signs nobody out", async () => {
  const { fetch } = fakeApis({
    "GET /api/profile/": problem(401, "token_expired"),
    "POST /api/auth/refresh/": problem(503, "unavailable"),
  });
  /** @type {string[]} */
  const told = [];
  const api = createClient({ fetch, storage: null, lock: null, onSignedOut: () => void told.push("out") });
  await assert.rejects(api.getProfile(), { status: 503 });
  assert.deepEqual(told, []);
});
