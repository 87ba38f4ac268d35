// @ts-check
// Runs before the first paint and before every module: modules wait for the document, and can fail to load.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const applyTheme = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  dark.addEventListener("change", applyTheme);
  applyTheme();

  // Without a script that failed to load, its part of the page shows "Loading" forever, or a form can't be submitted.
  const explain = () => {
    const place = document.getElementById("shell-error");
    if (!place) return;
    place.textContent = "Part of this page failed to load. Reload the page to try again.";
    place.hidden = false;
  };
  const onError = (/** @type {Event} */ event) => {
    if (!(event.target instanceof HTMLScriptElement)) return;
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", explain);
    else explain();
  };
  addEventListener("error", onError, true); // a resource's error does not bubble
})();
