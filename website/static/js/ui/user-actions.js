// @ts-check

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
      title: `Sign out ${name} everywhere?`,
      text: "All sessions end at once. The user can sign in again.",
      action: "Sign out everywhere",
      run: () => client.change(id, "sign-out"),
      done: `${name} has been signed out everywhere.`,
    },
    resetLimits: {
      title: `Forget the failed sign-ins of ${name}?`,
      text: "The user can try to sign in again at once. So can someone who guesses the password.",
      action: "Reset limits",
      run: () => client.change(id, "reset-limits"),
      done: `The failed sign-ins of ${name} are forgotten.`,
    },
    resetFactors: {
      title: `Remove all second factors of ${name}?`,
      text: "The password alone signs in then. All sessions end, and the user gets an email about it.",
      action: "Remove second factors",
      run: () => client.change(id, "reset-factors"),
      done: `${name} has no second factors now.`,
    },
    lock: {
      title: `Lock the account of ${name}?`,
      text: "All sessions end at once, personal access tokens are revoked for good, and the user can't sign in.",
      action: "Lock account",
      run: () => client.change(id, "lock"),
      done: `The account of ${name} is locked.`,
    },
    unlock: {
      title: `Unlock the account of ${name}?`,
      text: "The user can sign in again. Previous sessions and access tokens stay revoked.",
      action: "Unlock account",
      run: () => client.change(id, "unlock"),
      done: `The account of ${name} is active again.`,
    },
    remove: {
      title: `Delete the account of ${name}?`,
      text: "The account is deleted for good, and its sessions and tokens end at once. You can't undo this.",
      action: "Delete account",
      run: () => client.deleteUser(id),
      done: "",
    },
  };
}
