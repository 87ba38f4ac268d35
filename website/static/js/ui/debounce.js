// @ts-check

/**
 * Return a function that calls `action` once its own calls have stopped for `milliseconds`.
 * @param {() => void} action
 * @param {number} milliseconds
 */
export function debounce(action, milliseconds) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(action, milliseconds);
  };
}
