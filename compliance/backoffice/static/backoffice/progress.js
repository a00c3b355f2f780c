// How far a large import is, read again every few seconds; without JavaScript the link below does it.
const shown = document.getElementById("progress");
async function look() {
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("progress");
    if (!now) return location.reload(); // there is something to decide, or it has ended
    if (now.textContent !== shown.textContent) shown.replaceChildren(...now.childNodes);
  }
  setTimeout(look, 3000);
}
if (shown) setTimeout(look, 3000);
