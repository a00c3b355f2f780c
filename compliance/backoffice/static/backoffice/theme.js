// The theme before the first paint: what the person chose, else what the system says.
(() => {
  const KEY = "adminTheme";
  const root = document.documentElement.classList;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const buttons = () => document.querySelectorAll("[data-theme]");
  let chosen = "auto";
  try {
    chosen = JSON.parse(localStorage.getItem(KEY)) ?? "auto";
  } catch {
    // an unreadable choice is no choice
  }
  const show = () => {
    root.toggle("light", chosen === "light");
    root.toggle("dark", chosen === "dark" || (chosen !== "light" && dark.matches));
    for (const button of buttons()) button.setAttribute("aria-pressed", button.dataset.theme === chosen);
  };
  show();
  dark.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of buttons()) {
      button.closest("fieldset").hidden = false;
      button.addEventListener("click", () => {
        chosen = button.dataset.theme;
        localStorage.setItem(KEY, JSON.stringify(chosen));
        show();
      });
    }
    show();
  });
})();
