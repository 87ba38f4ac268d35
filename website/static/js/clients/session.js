// @ts-check
import { createClient, redirectToSignIn } from "../../clients/src/index.js";
import { mustBeForThisPerson } from "./person.js";

// The server knows the layout (one origin or subdomains) and sets attributes of the `<html>` element.
const { identityApi = "", billingApi = "", inventoryApi = "" } = document.documentElement.dataset;

/** The page's clients, which send requests as the signed-in user. */
export const api = createClient({
  baseUrls: { identity: identityApi, billing: billingApi, inventory: inventoryApi },
  fetch: async (url, init) => {
    const response = await fetch(url, init);
    await mustBeForThisPerson(response);
    return response;
  },
  signIn: redirectToSignIn(), // see ui/fragment.js
});

/** The renewal of the page's session. */
export const { session } = api.connection;
