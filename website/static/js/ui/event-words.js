// @ts-check
import { words } from "./format.js";

/** Words for kinds of events whose names a user wouldn't understand. */
const WORDS = new Map([
  ["sign_in_failed", "Sign-in"],
  ["sign_in_limited", "Sign-in after too many attempts"],
  ["second_factor_failed", "Second factor"],
  ["second_factor_limited", "Second factor after too many attempts"],
  ["impersonation_started", "An operator started to act as you"],
  ["impersonation_stopped", "The operator stopped acting as you"],
  ["signed_out_everywhere", "Signed out everywhere"],
  ["password_change_failed", "Change of the password"],
  ["password_change_limited", "Change of the password after too many attempts"],
  ["reauthenticated", "Identity confirmed"],
  ["reauthentication_failed", "Confirmation of your identity"],
  ["reauthentication_limited", "Confirmation of your identity after too many attempts"],
  ["refresh_refused", "Renewal of a session"],
  ["refresh_token_reused", "A session ended because its token was used twice"],
  ["request_refused", "A request"],
  ["personal_token_created", "Personal access token created"],
  ["personal_token_revoked", "Personal access token revoked"],
  ["user_created", "Account created"],
  ["user_activated", "Account activated"],
  ["user_deactivated", "Account deactivated"],
  ["user_change_refused", "A change of the account"],
  ["limits_reset", "Failed sign-ins forgotten"],
]);

/** @param {string} kind */
export function eventWords(kind) {
  return WORDS.get(kind) ?? words(kind);
}
