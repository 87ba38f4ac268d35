// Importing the package reads nothing of the page, and the defaults are the page's own once a request needs them.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";

const GLOBALS = ["window", "document", "location", "localStorage", "navigator", "fetch", "BroadcastChannel"];

test("importing the package and creating a client touches nothing of the page", async () => {
  /** @type {string[]} */
  const touched = [];
  const before = GLOBALS.map((name) => /** @type {const} */ ([name, Object.getOwnPropertyDescriptor(globalThis, name)]));
  for (const name of GLOBALS) {
    Object.defineProperty(globalThis, name, { configurable: true, get: () => void touched.push(name) });
  }
  try {
    const { createClient, redirectToSignIn } = await import("@vfservices/clients");
    createClient({ signIn: redirectToSignIn() });
  } finally {
    for (const [name, property] of before) {
      if (property) Object.defineProperty(globalThis, name, property);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
  assert.deepEqual(touched, []);
});

test("in Node, a real fetch reaches a real server, with a token of your own", async () => {
  const { createClient } = await import("@vfservices/clients");
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === "Bearer token-of-a-program";
    response.writeHead(isKnown ? 200 : 401, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ username: "program", path: request.url }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  try {
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const api = createClient({
      baseUrls: `http://127.0.0.1:${port}`,
      fetch: (url, init) =>
        fetch(url, { ...init, headers: { ...init.headers, Authorization: "Bearer token-of-a-program" } }),
    });
    assert.equal((await api.getProfile()).username, "program");
  } finally {
    server.close();
  }
});

test("the redirect to the sign-in page names the page, and keeps its fragment", async () => {
  const { redirectToSignIn } = await import("@vfservices/clients");
  /** @type {string[]} */
  const visited = [];
  const location = { origin: "https://app.example.test", pathname: "/a", search: "?b=1", hash: "#c" };
  Object.defineProperty(globalThis, "location", {
    configurable: true,
    value: { ...location, assign: (/** @type {string} */ url) => visited.push(url) },
  });
  try {
    redirectToSignIn()();
    redirectToSignIn("https://identity.example.test")();
  } finally {
    Reflect.deleteProperty(globalThis, "location");
  }
  assert.deepEqual(visited, [
    "/api/auth/continue/?next=%2Fa%3Fb%3D1#c",
    "https://identity.example.test/api/auth/continue/?next=https%3A%2F%2Fapp.example.test%2Fa%3Fb%3D1#c",
  ]);
});
