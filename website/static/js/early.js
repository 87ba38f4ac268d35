// @ts-check
// Runs before the first paint and before every module: modules wait for the document, and can fail to load.
(() => {
  document.documentElement.setAttribute("data-scripts", ""); // the style sheets close menus only if scripts can open them

  const theme = storedTheme();
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme; // see ui/preferences.js

  // Without a script that failed to load, its part of the page shows "Loading" forever, or a form can't be submitted.
  const explain = () => {
    const place = document.getElementById("shell-error");
    if (!place) return;
    place.textContent = place.dataset.failed ?? "";
    place.hidden = false;
  };
  const onError = (/** @type {Event} */ event) => {
    if (!(event.target instanceof HTMLScriptElement)) return;
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", explain);
    else explain();
  };
  addEventListener("error", onError, true); // a resource's error does not bubble

  function storedTheme() {
    try {
      return localStorage.getItem("vf-theme");
    } catch {
      return null; // the browser blocks storage
    }
  }
})();
