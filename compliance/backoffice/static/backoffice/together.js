// One box in the head of the table chooses all of the page; without scripts each row has its own.
for (const head of document.querySelectorAll("th[data-all]")) {
  const boxes = [...head.closest("table").querySelectorAll("tbody td.choose input")];
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", head.dataset.all);
  const follow = () => {
    const chosen = boxes.filter((one) => one.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((one) => { one.checked = all.checked; }));
  boxes.forEach((one) => one.addEventListener("change", follow));
  head.replaceChildren(all);
  follow();
}
