// @ts-check
import { words } from "./format.js";
import { text } from "./texts.js";

/** Words for kinds of events whose names a user wouldn't understand. */
const WORDS = new Map([
  ["sign_in_failed", /* message */ "Sign-in"],
  ["sign_in_limited", /* message */ "Sign-in after too many attempts"],
  ["second_factor_failed", /* message */ "Second factor"],
  ["second_factor_limited", /* message */ "Second factor after too many attempts"],
  ["impersonation_started", /* message */ "An operator started to act as you"],
  ["impersonation_stopped", /* message */ "The operator stopped acting as you"],
  ["signed_out_everywhere", /* message */ "Signed out everywhere"],
  ["password_change_failed", /* message */ "Change of the password"],
  ["password_change_limited", /* message */ "Change of the password after too many attempts"],
  ["reauthenticated", /* message */ "Identity confirmed"],
  ["reauthentication_failed", /* message */ "Confirmation of your identity"],
  ["reauthentication_limited", /* message */ "Confirmation of your identity after too many attempts"],
  ["refresh_refused", /* message */ "Renewal of a session"],
  ["refresh_token_reused", /* message */ "A session ended because its token was used twice"],
  ["request_refused", /* message */ "A request"],
  ["personal_token_created", /* message */ "Personal access token created"],
  ["personal_token_revoked", /* message */ "Personal access token revoked"],
  ["user_created", /* message */ "Account created"],
  ["user_activated", /* message */ "Account activated"],
  ["user_deactivated", /* message */ "Account deactivated"],
  ["user_change_refused", /* message */ "A change of the account"],
  ["limits_reset", /* message */ "Failed sign-ins forgotten"],
]);

/**
 * Name a kind of event for operators, who know the kinds from the log.
 * @param {string} kind
 */
export function eventName(kind) {
  return text(words(kind));
}

/**
 * Name a kind of event for the user of the account.
 * @param {string} kind
 */
export function eventWords(kind) {
  return text(WORDS.get(kind) ?? words(kind));
}
