// What the pages cannot do from Python: the address bar, the clipboard, and links that stay on the page.
window.arena = {
  known: "",

  // The query of the controls, without what was opened by a click.
  know(query) {
    this.known = query;
    setTimeout(this.shown, 100);
  },

  // A changed query becomes a new entry of the history.
  go(query) {
    if (query && query !== this.known) this.push(query);
    this.known = query;
  },

  push(query) {
    if (query !== location.search) history.pushState({}, "", location.pathname + query);
  },

  // A plain click on a battle or a page of battles: the address changes, Python gets the query.
  follow(event, told) {
    const link = event.target.closest("a[data-battle], a[data-page]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    document.querySelectorAll("#rows [aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    if (link.dataset.battle) link.setAttribute("aria-current", "true");
    const query = new URL(link.href).search;
    this.push(query);
    told(query);
  },

  // On a narrow screen the battle stands under the list: go there.
  shown() {
    const pane = document.querySelector("#pane .battle");
    if (pane && new URLSearchParams(location.search).has("id") && innerWidth < 1000) pane.scrollIntoView({ behavior: "smooth" });
    else if (!pane) document.querySelector("#rows")?.scrollIntoView({ block: "nearest" });
  },
};

// Keys of every page: ? lists all keys, g and a letter go to a page. None while typing, none with Ctrl or Alt.
arena.typing = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [contenteditable], [role='listbox']");

document.addEventListener("keydown", (event) => {
  if (arena.typing(event)) return;
  const dialog = document.getElementById("keys");
  const going = arena.going;
  arena.going = false;
  if (event.key === "?") dialog?.open ? dialog.close() : dialog?.showModal();
  else if (dialog?.open) return;
  else if (going && /^[a-z]$/.test(event.key)) document.querySelector(`.bar a[data-go="${event.key}"]`)?.click();
  else if (event.key === "g") arena.going = true;
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});

// Back and forward: the page is made anew from its address, or asks Python for what changed.
addEventListener("popstate", () => (window.battlesTold ? arena.told() : location.reload()));

// A place inside the page is gone to without a new entry of the history.
document.addEventListener("click", (event) => {
  const name = event.target.closest("a[href^='#']")?.getAttribute("href");
  const place = name && document.getElementById(name.slice(1));
  if (!place) return;
  event.preventDefault();
  place.scrollIntoView();
  history.replaceState({}, "", location.pathname + location.search + name);
});


document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard?.writeText(location.href).then(() => {
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy link"), 1500);
    });
  }
  const kept = event.target.closest("a.keep");
  const board = new URLSearchParams(location.search).get("board");
  if (kept && board && location.pathname !== kept.pathname) kept.search = new URLSearchParams({ board });
});

// Gradio cuts its connection as soon as a page might be left: also where it stays, because the link was a download
// or a place inside the page, which then never hears an answer again; and where it is left, with an error in the
// console. The browser closes what is open by itself.
addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
