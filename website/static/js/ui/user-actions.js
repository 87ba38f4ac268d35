// @ts-check
import { text } from "./texts.js";

/**
 * @typedef {object} Action
 * @property {string} title the question
 * @property {string} text what will happen
 * @property {string} action the button's text
 * @property {() => Promise<unknown>} run
 * @property {string} done
 */

/**
 * Return what an operator can do with an account, by the name in `data-action`.
 * @param {import("../clients/operators-api-client.js").OperatorsAPIClient} client
 * @param {string} id
 * @param {string} name
 * @returns {Record<string, Action>}
 */
export function userActions(client, id, name) {
  return {
    signOut: {
      title: text("Sign out {name} everywhere?", { name }),
      text: text("All sessions end at once. The user can sign in again."),
      action: text("Sign out everywhere"),
      run: () => client.change(id, "sign-out"),
      done: text("{name} has been signed out everywhere.", { name }),
    },
    resetLimits: {
      title: text("Forget the failed sign-ins of {name}?", { name }),
      text: text("The user can try to sign in again at once. So can someone who guesses the password."),
      action: text("Reset limits"),
      run: () => client.change(id, "reset-limits"),
      done: text("The failed sign-ins of {name} are forgotten.", { name }),
    },
    resetFactors: {
      title: text("Remove all second factors of {name}?", { name }),
      text: text("The password alone signs in then. All sessions end, and the user gets an email about it."),
      action: text("Remove second factors"),
      run: () => client.change(id, "reset-factors"),
      done: text("{name} has no second factors now.", { name }),
    },
    lock: {
      title: text("Lock the account of {name}?", { name }),
      text: text("All sessions end at once, personal access tokens are revoked for good, and the user can't sign in."),
      action: text("Lock account"),
      run: () => client.change(id, "lock"),
      done: text("The account of {name} is locked.", { name }),
    },
    unlock: {
      title: text("Unlock the account of {name}?", { name }),
      text: text("The user can sign in again. Previous sessions and access tokens stay revoked."),
      action: text("Unlock account"),
      run: () => client.change(id, "unlock"),
      done: text("The account of {name} is active again.", { name }),
    },
    remove: {
      title: text("Delete the account of {name}?", { name }),
      text: text("The account is deleted for good, and its sessions and tokens end at once. You can't undo this."),
      action: text("Delete account"),
      run: () => client.deleteUser(id),
      done: "",
    },
  };
}
