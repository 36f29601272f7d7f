// The page of iterations: links inside the page are told to Python instead of loading it anew; all else is as on the page of runs.
window.iteratePage = {
  wire(element, tell) {
    element.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-look]");
      if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.going = new URL(link.href).searchParams;
      tell({ do: "look", what: new URL(link.href).search || "?", values: {} });
    });
    runsPage.wire(element, tell);
  },

  // A stage or a battle that was opened stands elsewhere: go there, or to the row that the address points at.
  shown() {
    document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    runsPage.shown();
    const asked = this.going ?? new URLSearchParams(location.search);
    this.going = null;
    if (asked.has("fight")) return this.go(document.getElementById("fight-title"), document.getElementById("fight-title"));
    if (!asked.has("stage")) return;
    const row = asked.get("row") && document.getElementById(`row-${asked.get("row")}`);
    const rows = ["show", "page", "category"].some((name) => asked.has(name)) && document.getElementById("rows-title");
    const place = row || rows || document.getElementById("stage-title");
    this.go(place, document.getElementById("stage-title"));
  },

  go(place, title) {
    place?.scrollIntoView({ behavior: "smooth", block: "start" });
    if (place) title?.focus({ preventScroll: true });
  },
};
