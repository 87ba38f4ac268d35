// The parts that a client is given: APIs that answer from a table, a storage, and a lock that tabs share.

/**
 * Return a `fetch` that answers from a table. Each entry is a response, or a function of the request that returns one.
 * @param {Record<string, any>} answers by method and path, such as "GET /api/profile/"
 */
export function fakeApis(answers) {
  /** @type {{method: string, url: string, path: string, headers: Record<string, string>, body: any}[]} */
  const calls = [];
  /** @param {string} url @param {RequestInit} init */
  const fetch = async (url, init) => {
    const { pathname } = new URL(url, "http://page.invalid");
    const call = {
      method: String(init.method),
      url,
      path: pathname,
      headers: /** @type {Record<string, string>} */ (init.headers),
      body: typeof init.body === "string" ? JSON.parse(init.body) : init.body,
    };
    calls.push(call);
    const answer = answers[`${call.method} ${pathname}`];
    const response = typeof answer === "function" ? await answer(call, init) : answer;
    if (response === undefined) throw new TypeError("fetch failed");
    return response.clone();
  };
  const count = (/** @type {string} */ path) => calls.filter((call) => call.path === path).length;
  return { fetch, calls, count };
}

/** @param {unknown} body @param {ResponseInit} [init] */
export const json = (body, init) => new Response(JSON.stringify(body), init);

/** @param {number} status @param {string} code @param {Record<string, string>} [headers] */
export const problem = (status, code, headers) =>
  new Response(JSON.stringify({ status, code, detail: `It is ${code}.`, request_id: "r1" }), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });

/** Return APIs whose access token has expired until a refresh renews it. */
export function expired() {
  let good = false;
  let refreshes = 0;
  const answer = (/** @type {unknown} */ body) => () => (good ? json(body) : problem(401, "token_expired"));
  const apis = fakeApis({
    "GET /api/profile/": answer({ username: "alice" }),
    "PATCH /api/profile/": answer({ username: "alice" }),
    "GET /api/billing/summary/": answer({ user: "alice" }),
    "POST /api/orders/": answer({ id: 1 }),
    "POST /api/auth/refresh/": async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      refreshes += 1;
      good = true;
      return json({});
    },
  });
  return { ...apis, refreshes: () => refreshes, expire: () => (good = false) };
}

export class FakeStorage {
  #items = new Map();
  /** @param {string} name */
  getItem(name) {
    return this.#items.get(name) ?? null;
  }
  /** @param {string} name @param {string} value */
  setItem(name, value) {
    this.#items.set(name, value);
  }
}

/** A lock manager with exclusive and shared locks, as in browsers. */
export class FakeLocks {
  /** @type {{name: string}[]} */
  #held = [];
  /** @type {Map<string, Promise<unknown>>} */
  #last = new Map();
  /** @param {string} name @param {{mode?: string}} options @param {() => Promise<any>} callback */
  async request(name, { mode = "exclusive" }, callback) {
    const before = mode === "exclusive" ? this.#last.get(name) : undefined;
    const run = (async () => {
      await before;
      const entry = { name };
      this.#held.push(entry);
      try {
        return await callback();
      } finally {
        this.#held.splice(this.#held.indexOf(entry), 1);
      }
    })();
    if (mode === "exclusive") this.#last.set(name, run.catch(() => {}));
    return run;
  }
  async query() {
    return { held: [...this.#held] };
  }
}
