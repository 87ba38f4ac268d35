// @ts-check
/**
 * Make a button show and hide the element that its `aria-controls` names. Escape, a click elsewhere, and leaving with
 * the keyboard hide it again. Without scripts, the element is always visible.
 * @param {HTMLButtonElement} button
 */
export function disclose(button) {
  const content = document.getElementById(button.getAttribute("aria-controls") ?? "");
  if (!content) return;
  const isOpen = () => button.getAttribute("aria-expanded") === "true";
  /** @param {boolean} open */
  const show = (open) => button.setAttribute("aria-expanded", String(open));
  /** @param {EventTarget | null} place */
  const isInside = (place) => place instanceof Node && (button.contains(place) || content.contains(place));

  button.addEventListener("click", () => show(!isOpen()));
  document.addEventListener("click", (event) => {
    if (isOpen() && !isInside(event.target)) show(false);
  });
  document.addEventListener("focusin", (event) => {
    if (isOpen() && !isInside(event.target)) show(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    const hadFocus = isInside(document.activeElement);
    show(false);
    if (hadFocus) button.focus();
  });
}
