// @ts-check

const NAME = "vf_waiting";
const LASTS_SECONDS = 15 * 60;

/**
 * Whether a sign-in, sign-up or reset of this browser waits for its next step, in any tab. A browser has one such flow:
 * offering passkeys would begin another one, and the code that the user waits for would be refused. The mark is a cookie
 * because cookies expire by themselves, whatever the computer's clock says.
 */
export const pendingFlow = {
  begun: () => write("1", LASTS_SECONDS),
  ended: () => write("", 0),
  exists: () => document.cookie.split("; ").includes(`${NAME}=1`),
};

/**
 * @param {string} value
 * @param {number} seconds
 */
function write(value, seconds) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${NAME}=${value}; Max-Age=${seconds}; Path=/accounts/; SameSite=Lax${secure}`;
}
