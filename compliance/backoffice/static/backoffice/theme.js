// The theme before the first paint: what the person chose, else what the system says.
(() => {
  const classes = document.documentElement.classList;
  let chosen = null;
  try {
    chosen = JSON.parse(localStorage.getItem("adminTheme"));
  } catch {
    // an unreadable choice is no choice
  }
  classes.toggle("dark", chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches));
  // From here on Alpine sets the class, and takes away only what it has set itself.
  document.addEventListener("alpine:init", () => classes.remove("dark"));
})();
