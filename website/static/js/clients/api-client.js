// @ts-check
import { ApiClient as AnyApiClient } from "../../clients/src/index.js";
import { api } from "./session.js";

/** Base of the page's further clients, which share the page's session. */
export class ApiClient extends AnyApiClient {
  /** @param {"identity" | "billing" | "inventory"} service */
  constructor(service) {
    super(api, service);
  }
}
