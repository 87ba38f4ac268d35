// @ts-check
import { AccountAPIClient } from "../clients/account-api-client.js";
import { ApiError } from "../../clients/src/errors.js";
import { byId } from "./dom.js";
import { Canceled, clear, enhance, onPress, tell } from "./form.js";
import { requirePasskeys, usePasskey } from "./passkeys.js";

const account = new AccountAPIClient();
const METHODS = ["password", "totp", "passkey"];

/** @type {() => void} */
let proven = () => {};
let isReady = false;

/**
 * Run an action. If the API asks for a proof of identity first, ask the user for one and run the action once more.
 * @template T
 * @param {() => Promise<T>} action
 * @returns {Promise<T>} throws {@link Canceled} if the user closes the dialog
 */
export async function withProof(action) {
  try {
    return await action();
  } catch (problem) {
    if (!(problem instanceof ApiError) || problem.code !== "reauthentication_required") throw problem;
    await askForProof(problem.extensions.methods);
    return action();
  }
}

/** @param {unknown} methods */
function askForProof(methods) {
  const dialog = byId("reauthenticate", HTMLDialogElement);
  if (!isReady) prepare(dialog);
  const offered = Array.isArray(methods) ? methods : [];
  for (const method of METHODS) byId(`reauthenticate-${method}`).hidden = !offered.includes(method);
  for (const form of dialog.querySelectorAll("form")) {
    form.reset();
    clear(form);
  }
  tell(byId("reauthenticate-passkey-error"), "");
  dialog.showModal();
  const first = offered.includes("password") ? "password" : offered.includes("totp") ? "code" : "use-passkey";
  byId(`reauthenticate-${first}-control`).focus();
  return new Promise((resolve, reject) => {
    let isProven = false;
    proven = () => {
      isProven = true;
      dialog.close();
    };
    dialog.addEventListener("close", () => (isProven ? resolve(null) : reject(new Canceled())), { once: true });
  });
}

/** @param {HTMLDialogElement} dialog */
function prepare(dialog) {
  isReady = true;
  byId("reauthenticate-cancel").addEventListener("click", () => dialog.close());
  enhance(byId("reauthenticate-password", HTMLFormElement), async (fields) => {
    await account.reauthenticate({ password: String(fields.get("password")) });
    proven();
  });
  enhance(byId("reauthenticate-totp", HTMLFormElement), async (fields) => {
    await account.reauthenticate({ code: String(fields.get("code")).trim() });
    proven();
  });
  const button = byId("reauthenticate-use-passkey-control", HTMLButtonElement);
  onPress(button, byId("reauthenticate-passkey-error"), async () => {
    requirePasskeys();
    await account.reauthenticateWithPasskey(await usePasskey(await account.reauthenticationOptions()));
    proven();
  });
}
