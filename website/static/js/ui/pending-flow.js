// @ts-check

const NAME = "vf-pending-flow";
let waits = false;
let release = () => {};

/**
 * Whether a sign-in, sign-up or reset of this browser waits for its next step, in any tab. A browser has one such flow:
 * offering passkeys would begin another one, and the code that the user waits for would be refused. The mark is a Web Lock
 * of the tab that waits, which ends with the tab.
 */
export const pendingFlow = {
  begun() {
    if (waits) return;
    waits = true;
    const held = () => (waits ? new Promise((resolve) => (release = () => resolve(undefined))) : undefined);
    navigator.locks?.request(NAME, { mode: "shared" }, held);
  },
  ended() {
    waits = false;
    release();
  },
  async exists() {
    const locks = await navigator.locks?.query();
    return locks?.held?.some(({ name }) => name === NAME) ?? false;
  },
};
