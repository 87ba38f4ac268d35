import assert from "node:assert/strict";
import test from "node:test";
import { ApiClient, ApiError, BillingAPIClient, IdentityAPIClient, InventoryAPIClient, createClient } from "@vfservices/clients";
import { fakeApis, json, problem } from "./fakes.js";

const PROFILE = "/api/profile/";

/** @param {Record<string, any>} answers @param {object} [options] */
function clientOf(answers, options) {
  const apis = fakeApis(answers);
  return { ...apis, api: createClient({ fetch: apis.fetch, storage: null, lock: null, ...options }) };
}

test("the clients and the whole API have the methods by which pages call them", async () => {
  const { api } = clientOf({
    "GET /api/profile/": json({ username: "alice" }),
    "GET /api/billing/summary/": json({ user: "alice" }),
    "GET /api/billing/transactions/": json({ count: 0, results: [] }),
    "GET /api/inventory/items/": json({ count: 0, results: [] }),
  });
  assert.ok(api.identity instanceof IdentityAPIClient);
  assert.ok(api.billing instanceof BillingAPIClient);
  assert.ok(api.inventory instanceof InventoryAPIClient);
  assert.equal((await api.identity.getProfile()).username, "alice");
  assert.equal((await api.getProfile()).username, "alice");
  assert.equal((await api.billing.getBillingSummary()).user, "alice");
  assert.equal((await api.getBillingSummary()).user, "alice");
  assert.equal((await api.billing.getRecentTransactions()).count, 0);
  assert.equal((await api.getRecentTransactions()).count, 0);
  assert.equal((await api.inventory.getInventoryItems()).count, 0);
  assert.equal((await api.getInventoryItems()).count, 0);
});

test("each API has its own URL, and one without a URL is on the page's origin", async () => {
  const { api, calls } = clientOf(
    { "GET /api/profile/": json({}), "GET /api/billing/summary/": json({}) },
    { baseUrls: { billing: "https://billing.example.test/" } },
  );
  await api.getProfile();
  await api.getBillingSummary();
  assert.deepEqual(calls.map(({ url }) => url), [PROFILE, "https://billing.example.test/api/billing/summary/"]);
});

test("a client of your own API shares the session, and has a URL by its name", async () => {
  const { api, calls } = clientOf({ "GET /api/orders/": json([]) }, { baseUrls: { orders: "https://orders.test" } });
  class Orders extends ApiClient {}
  await new Orders(api, "orders").get("/api/orders/");
  assert.equal(calls[0]?.url, "https://orders.test/api/orders/");
});

test("filters become a query, and empty ones are left out", async () => {
  const { api, calls } = clientOf({ "GET /api/inventory/items/": json({}) });
  await api.getInventoryItems({ search: "ä&=", page: 2, pageSize: 5, inStock: true, ordering: "" });
  assert.equal(calls[0]?.url, "/api/inventory/items/?search=%C3%A4%26%3D&page=2&page_size=5&in_stock=true");
});

for (const verb of /** @type {const} */ (["post", "put", "patch"])) {
  test(`${verb} sends JSON, with headers of your own`, async () => {
    const { api, calls } = clientOf({ [`${verb.toUpperCase()} /x/`]: json({ ok: true }) });
    assert.deepEqual(await api.identity[verb]("/x/", { a: 1 }, { headers: { "If-Match": '"7"' } }), { ok: true });
    assert.deepEqual(calls[0]?.body, { a: 1 });
    assert.equal(calls[0]?.headers["Content-Type"], "application/json");
    assert.equal(calls[0]?.headers["If-Match"], '"7"');
  });
}

test("delete, head and raw responses", async () => {
  const { api } = clientOf({
    "DELETE /x/": new Response(null, { status: 204 }),
    "HEAD /x/": new Response(null, { headers: { ETag: '"7"' } }),
    "GET /x/": new Response("a,b", { headers: { "Content-Type": "text/csv" } }),
  });
  assert.equal(await api.identity.delete("/x/"), null);
  assert.equal((await api.identity.head("/x/")).get("ETag"), '"7"');
  assert.equal(await (await api.identity.get("/x/", { raw: true })).text(), "a,b");
});

test("a form is sent as it is", async () => {
  const { api, calls } = clientOf({ "POST /x/": json({}) });
  const form = new FormData();
  form.set("file", "content");
  await api.identity.post("/x/", form);
  assert.equal(calls[0]?.body, form);
  assert.equal("Content-Type" in (calls[0]?.headers ?? {}), false);
});

test("a problem document becomes an ApiError with its members", async () => {
  const answer = json(
    { code: "validation_failed", detail: "Not valid.", request_id: "r1", errors: { name: ["Too long.", "Odd."], non_field_errors: "No." } },
    { status: 400 },
  );
  const { api } = clientOf({ "GET /api/profile/": answer });
  const error = await api.getProfile().catch((thrown) => thrown);
  assert.ok(error instanceof ApiError);
  assert.equal(error.name, "ApiError");
  assert.deepEqual([error.status, error.code, error.message, error.requestId], [400, "validation_failed", "Not valid.", "r1"]);
  assert.deepEqual([...error.fieldErrors()], [["name", "Too long. Odd."], ["", "No."]]);
});

test("a response that explains nothing has a text all the same, and it can be translated", async () => {
  const answers = { "GET /api/profile/": () => new Response("<html>", { status: 404 }) };
  const plain = await clientOf(answers).api.getProfile().catch((error) => error);
  assert.deepEqual([plain.code, plain.detail], ["http_404", "Not found."]);
  const messages = { http_404: "Nicht gefunden." };
  const german = await clientOf(answers, { messages }).api.getProfile().catch((error) => error);
  assert.equal(german.detail, "Nicht gefunden.");
});

test("a response that isn't JSON is an error", async () => {
  const { api } = clientOf({ "GET /api/profile/": new Response("<html>") });
  await assert.rejects(api.getProfile(), { code: "unreadable_answer", status: 200 });
});

test("a list is read page by page, and the cookies never go to the host that a page names", async () => {
  const answers = {
    /** @param {{url: string}} call */
    "GET /api/inventory/items/": ({ url }) =>
      url.includes("page=2")
        ? json({ count: 3, next: null, results: [{ id: 3 }] })
        : json({ count: 3, next: "https://evil.test/elsewhere/?page=2&search=cable", results: [{ id: 1 }, { id: 2 }] }),
  };
  const { api, calls } = clientOf(answers, { baseUrls: "https://api.test" });
  const found = [];
  for await (const item of api.inventory.allInventoryItems({ search: "cable" })) found.push(item.id);
  assert.deepEqual(found, [1, 2, 3]);
  assert.deepEqual(calls.map(({ url }) => url), [
    "https://api.test/api/inventory/items/?search=cable",
    "https://api.test/api/inventory/items/?page=2&search=cable",
  ]);
});

test("a loop that ends early fetches no further page", async () => {
  const { api, calls } = clientOf({ "GET /api/billing/transactions/": json({ next: "?page=2", results: [{ id: 1 }] }) });
  for await (const entry of api.billing.allTransactions()) {
    assert.equal(entry.id, 1);
    break;
  }
  assert.equal(calls.length, 1);
});

test("a sign-in sends the client key, and its 401 renews nothing", async () => {
  const { api, calls, count } = clientOf(
    { "POST /api/auth/login/": problem(401, "invalid_credentials") },
    { storage: undefined },
  );
  await assert.rejects(api.login("alice", "wrong"), { code: "invalid_credentials" });
  await assert.rejects(api.login({ username: "alice", password: "wrong", rememberMe: true }), ApiError);
  assert.equal(count("/api/auth/refresh/"), 0);
  assert.deepEqual(calls.map(({ body }) => body), [
    { username: "alice", password: "wrong", remember_me: false },
    { username: "alice", password: "wrong", remember_me: true },
  ]);
});
