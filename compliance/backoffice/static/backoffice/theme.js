// The theme before the first paint: what the person chose, else what the system says.
(() => {
  let chosen = null;
  try {
    chosen = JSON.parse(localStorage.getItem("adminTheme"));
  } catch {
    // an unreadable choice is no choice
  }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
})();
