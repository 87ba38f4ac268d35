// @ts-check

const THEME = "vf-theme";

/** Prepare the switches for language and theme. */
export function preparePreferences() {
  for (const form of document.querySelectorAll("form.preference")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.addEventListener("submit", () => {
      form.action = form.action.split("#", 1)[0] + location.hash; // the browser keeps it across the redirect
    });
  }
  for (const button of themeButtons()) {
    button.addEventListener("click", () => {
      keep(button.dataset.themeChoice ?? "system");
      showTheme(button.dataset.themeChoice);
    });
  }
  showTheme(document.documentElement.dataset.theme);
  addEventListener("storage", ({ key, newValue }) => {
    if (key === THEME) showTheme(newValue ?? "system"); // chosen in another tab
  });
}

/** @returns {NodeListOf<HTMLButtonElement>} */
function themeButtons() {
  return document.querySelectorAll("[data-theme-choice]");
}

/** @param {string} [theme] `light`, `dark`, or the system's */
function showTheme(theme = "system") {
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  const shown = root.dataset.theme ?? "system";
  for (const button of themeButtons()) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === shown));
}

/**
 * Keep the theme for all pages of this browser. No cookie can do it: Traefik takes cookies from the requests for pages.
 * @param {string} theme
 */
function keep(theme) {
  try {
    if (theme === "system") localStorage.removeItem(THEME);
    else localStorage.setItem(THEME, theme);
  } catch {
    // the browser blocks storage: the theme holds for this page alone
  }
}
