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

// Back and forward: the page is made anew from its address, or asks Python for what changed.
addEventListener("popstate", () => (window.battlesTold ? window.arena.told() : location.reload()));

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
