import assert from "node:assert/strict";
import test from "node:test";
import { ApiError, createClient } from "@vfservices/clients";
import { delayMs, isRepeatable } from "../src/retry.js";
import { fakeApis, json, problem } from "./fakes.js";

/** @param {{status?: number, code?: string, retryAfter?: number | null}} members */
const error = ({ status = 503, code = "unavailable", retryAfter = null }) =>
  new ApiError({ status, code, detail: "", retryAfter });

test("safe and idempotent methods are repeatable, and others with an idempotency key", () => {
  for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]) assert.ok(isRepeatable(method));
  for (const method of ["POST", "PATCH"]) {
    assert.equal(isRepeatable(method), false);
    assert.ok(isRepeatable(method, "k"));
  }
});

test("the wait doubles, has jitter, and respects Retry-After up to ten seconds", () => {
  assert.equal(delayMs(error({}), 0, () => 0.5), 300);
  assert.equal(delayMs(error({}), 2, () => 0.5), 1200);
  assert.equal(delayMs(error({}), 0, () => 0), 150);
  assert.equal(delayMs(error({}), 0, () => 1), 450);
  assert.equal(delayMs(error({}), 20, () => 0.5), 10_000);
  assert.equal(delayMs(error({ status: 429, retryAfter: 2 }), 0, () => 0.5), 2300);
  assert.equal(delayMs(error({ status: 429, retryAfter: 11 }), 0, () => 0.5), null);
});

test("only failures that pass by themselves are repeated", () => {
  for (const status of [429, 502, 503, 504]) assert.notEqual(delayMs(error({ status }), 0, Math.random), null);
  for (const status of [400, 401, 403, 404, 409, 412, 500, 501]) {
    assert.equal(delayMs(error({ status }), 0, Math.random), null);
  }
  assert.notEqual(delayMs(error({ status: 0, code: "network_error" }), 0, Math.random), null);
  assert.equal(delayMs(error({ status: 0, code: "timeout" }), 0, Math.random), null);
});

/** @param {number} failures @param {object} [options] */
function failingClient(failures, options) {
  let left = failures;
  const answer = () => (left-- > 0 ? problem(503, "unavailable") : json({ ok: true }));
  const apis = fakeApis({ "GET /api/profile/": answer, "POST /x/": answer });
  return { ...apis, api: createClient({ fetch: apis.fetch, storage: null, lock: null, ...options }) };
}

test("a read succeeds at the third attempt", async () => {
  const { api, calls } = failingClient(2);
  assert.deepEqual(await api.getProfile(), { ok: true });
  assert.equal(calls.length, 3);
});

test("after the last attempt, the failure is the caller's", async () => {
  const { api, calls } = failingClient(9, { retries: 1 });
  await assert.rejects(api.getProfile(), { status: 503 });
  assert.equal(calls.length, 2);
});

test("a POST is sent once, and with a key again under the same key", async () => {
  const once = failingClient(1);
  await assert.rejects(once.api.identity.post("/x/", {}), { status: 503 });
  assert.equal(once.calls.length, 1);
  const repeated = failingClient(1);
  await repeated.api.identity.post("/x/", {}, { idempotencyKey: "k1" });
  assert.deepEqual(repeated.calls.map(({ headers }) => headers["Idempotency-Key"]), ["k1", "k1"]);
});

test("a lost connection is repeated too", async () => {
  let lost = true;
  const answer = () => {
    if (!lost) return json({ ok: true });
    lost = false;
    return undefined;
  };
  const { fetch } = fakeApis({ "GET /api/profile/": answer });
  assert.deepEqual(await createClient({ fetch, storage: null, lock: null }).getProfile(), { ok: true });
});

test("an abort ends the wait at once, with its own reason", async () => {
  const { api, calls } = failingClient(9);
  const controller = new AbortController();
  const call = api.getProfile({ signal: controller.signal });
  setTimeout(() => controller.abort(new Error("no longer needed")), 20);
  await assert.rejects(call, { message: "no longer needed" });
  assert.equal(calls.length, 1);
});

test("a response that doesn't come in time is a timeout, and isn't repeated", async () => {
  const { fetch, calls } = fakeApis({
    /** @param {unknown} call @param {RequestInit} init */
    "GET /api/profile/": (call, { signal }) => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
  });
  const api = createClient({ fetch, timeoutMs: 20, storage: null, lock: null });
  await assert.rejects(api.getProfile(), { code: "timeout", status: 0 });
  assert.equal(calls.length, 1);
});

test("a signal that is aborted already sends nothing", async () => {
  const { api, calls } = failingClient(0);
  await assert.rejects(api.getProfile({ signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(calls.length, 0);
});
