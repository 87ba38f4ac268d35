// @ts-check
import { byId } from "./dom.js";
import { text } from "./texts.js";

/**
 * Offer a text to the user as a file.
 * @param {string} name
 * @param {string} type a media type
 * @param {string} content
 */
export function saveFile(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // after the download has begun
}

/**
 * Let a button copy a text, and say whether that worked.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} status
 * @param {() => string} secret
 */
export function copyOnPress(button, status, secret) {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(secret());
      status.textContent = text("Copied.");
    } catch {
      status.textContent = text("Your browser blocks copying. Select the text and copy it.");
    }
  });
}

/**
 * Show new recovery codes until the user closes the dialog. They are never shown again.
 * @param {string[] | undefined} codes
 * @returns {Promise<void>}
 */
export async function showRecoveryCodes(codes) {
  if (!codes) return;
  const dialog = byId("recovery-codes", HTMLDialogElement);
  const items = codes.map((code) => {
    const item = document.createElement("li");
    item.textContent = code;
    return item;
  });
  byId("recovery-codes-list").replaceChildren(...items);
  byId("recovery-codes-status").textContent = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  byId("recovery-codes-list").replaceChildren();
}

/** Prepare the buttons of the dialog with recovery codes. */
export function prepareRecoveryCodes() {
  const codes = () => [...byId("recovery-codes-list").children].map((item) => item.textContent).join("\n");
  copyOnPress(byId("recovery-codes-copy", HTMLButtonElement), byId("recovery-codes-status"), codes);
  byId("recovery-codes-download").addEventListener("click", () =>
    saveFile("recovery-codes.txt", "text/plain", `${codes()}\n`),
  );
  byId("recovery-codes-print").addEventListener("click", () => print());
  byId("recovery-codes-close").addEventListener("click", () => byId("recovery-codes", HTMLDialogElement).close());
}
