// @ts-check
import { ApiError } from "../../clients/src/errors.js";
import { tellOfSignIn } from "../clients/person-watch.js";
import { byId } from "./dom.js";
import { enhance, onPress } from "./form.js";
import { withFragment } from "./fragment.js";
import { requirePasskeys, usePasskey } from "./passkeys.js";
import { pendingFlow } from "./pending-flow.js";
import { text } from "./texts.js";

/** Steps that wait for what the user has to find first: a code in an email, a device. */
const WAITING = ["verify_email", "mfa", "login_by_code", "reset_password"];

/** The steps that can follow the first form of a sign-in (templates/accounts/steps.html). */
export class SignInSteps {
  #next;

  /**
   * @param {import("../clients/sign-in-api-client.js").SignInAPIClient} client
   * @param {string} next the page after the last step
   */
  constructor(client, next) {
    this.#next = next;
    const code = (/** @type {FormData} */ fields) => String(fields.get("code")).trim();
    enhance(byId("verify-form", HTMLFormElement), (fields) => this.follow(client.verifyEmail(code(fields))));
    enhance(byId("factor-form", HTMLFormElement), (fields) =>
      this.follow(client.useSecondFactor({ code: code(fields), trustDevice: isTrusted() })),
    );
    onPress(byId("verify-again", HTMLButtonElement), byId("verify-error"), async () => {
      await client.resendEmail();
      byId("verify-sent").textContent = text("Another code is on its way. The previous one doesn't work anymore.");
    });
    onPress(byId("factor-passkey", HTMLButtonElement), byId("factor-error"), async () => {
      requirePasskeys();
      const credential = await usePasskey(await client.secondFactorOptions());
      await this.follow(client.useSecondFactorPasskey({ credential, trustDevice: isTrusted() }));
    });
  }

  /**
   * Wait for a step. Go to the next page after the last one, else show the next step. Throws the step's problem.
   * @param {Promise<unknown>} step
   */
  async follow(step) {
    try {
      await step;
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.code !== "step_required") throw problem;
      showStep(String(problem.extensions.step), problem.extensions.methods);
      return;
    }
    pendingFlow.ended();
    tellOfSignIn();
    location.assign(withFragment(this.#next));
    await new Promise(() => {}); // the button stays busy while the browser leaves the page
  }
}

/** Return whether the user trusts this browser. The platform may not offer it. */
function isTrusted() {
  const box = document.getElementById("factor-trust");
  return box instanceof HTMLInputElement && box.checked;
}

/**
 * Show one step of a page and hide the others.
 * @param {string} name
 * @param {unknown} [methods] of the step `mfa`
 */
export function showStep(name, methods = []) {
  for (const step of document.querySelectorAll("[data-step]")) {
    if (step instanceof HTMLElement) step.hidden = step.dataset.step !== name;
  }
  if (WAITING.includes(name)) pendingFlow.begun();
  else pendingFlow.ended();
  const offered = Array.isArray(methods) ? methods : [];
  if (name === "mfa") {
    const hasCode = offered.includes("totp") || offered.includes("recovery_code");
    byId("factor-form").hidden = !hasCode;
    byId("factor-passkey-part").hidden = !offered.includes("passkey");
    byId("factor-or").hidden = !hasCode;
  }
  const control = 'input:not([type="checkbox"], [type="hidden"]), button:not([hidden])';
  const focused = document.querySelector(`[data-step="${name}"] :is(${control})`);
  if (focused instanceof HTMLElement && focused.offsetParent) focused.focus();
  else if (name === "mfa") byId("factor-passkey").focus();
}
