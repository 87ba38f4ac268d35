// @ts-check

/**
 * Let the theme form apply a theme at once. The server keeps it in a cookie, for the next page.
 * @param {HTMLFormElement} form
 */
export function switchThemes(form) {
  form.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (!(submitter instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const root = document.documentElement;
    if (submitter.value === "system") delete root.dataset.theme;
    else root.dataset.theme = submitter.value;
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button === submitter));
    }
    // It survives a navigation that follows at once. If it fails, the theme holds for this page alone.
    fetch(form.action, {
      method: "POST",
      body: new URLSearchParams({ theme: submitter.value }),
      redirect: "manual",
      keepalive: true,
    }).catch(() => {});
  });
}
