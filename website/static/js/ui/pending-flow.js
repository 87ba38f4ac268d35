// @ts-check

const UNTIL = "vf-flow-until";
const LASTS_MS = 15 * 60 * 1000;

/**
 * Whether a sign-in, sign-up or reset of this browser waits for its next step, in any tab. A browser has one such flow:
 * offering passkeys would begin another one, and the code that the user waits for would be refused.
 */
export const pendingFlow = {
  begun: () => write(String(Date.now() + LASTS_MS)),
  ended: () => write(""),
  exists: () => Number(read()) > Date.now(),
};

/** @param {string} value */
function write(value) {
  try {
    localStorage.setItem(UNTIL, value);
  } catch {
    // the browser blocks storage
  }
}

function read() {
  try {
    return localStorage.getItem(UNTIL) ?? "";
  } catch {
    return "";
  }
}
