// @ts-check

/** Prepare the forms for language and theme, which work by themselves too (templates/partials/preferences.html). */
export function preparePreferences() {
  for (const form of document.querySelectorAll("form.preference")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.addEventListener("submit", (event) => {
      const { submitter } = event;
      if (submitter instanceof HTMLButtonElement && submitter.name === "theme") {
        event.preventDefault();
        applyTheme(form, submitter);
      } else {
        form.action = form.action.split("#", 1)[0] + location.hash; // the browser keeps it across the redirect
      }
    });
  }
}

/**
 * Apply a theme at once. The server keeps it in a cookie, for the next page.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} chosen
 */
function applyTheme(form, chosen) {
  const root = document.documentElement;
  if (chosen.value === "system") delete root.dataset.theme;
  else root.dataset.theme = chosen.value;
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === chosen));
  const body = new URLSearchParams({ theme: chosen.value });
  // It survives a navigation that follows at once. If it fails, the theme holds for this page alone.
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
}
