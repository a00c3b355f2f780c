// "Add" for the parts of a fact; without JavaScript one empty part stands there already.
for (const part of document.querySelectorAll(".parts")) {
  const button = part.querySelector(".addrow");
  if (!button) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const total = part.querySelector("input[name$='-TOTAL_FORMS']");
    const added = part.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
    part.querySelector(".rows").insertAdjacentHTML("beforeend", added);
    total.value = Number(total.value) + 1;
    part.querySelector(".rows > :last-child").querySelector("input, select, textarea").focus();
  });
}
