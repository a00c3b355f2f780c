// "Copy" beside what is shown once; without JavaScript it is selected and copied by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return; // no clipboard here: the text stands selected
    }
    button.nextElementSibling.textContent = button.dataset.done;
  });
}
