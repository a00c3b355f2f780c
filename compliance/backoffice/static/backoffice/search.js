/* The key / goes to the search field, unless something is being written. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.getElementById("find");
  const at = document.activeElement;
  if (!field || (at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)))) return;
  event.preventDefault();
  field.focus();
  field.select();
});
