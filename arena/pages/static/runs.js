// The page of runs: presses and choices in panels tell Python, with what the form holds; what was folded open, and
// the focus, survive when a panel is written anew.
window.runsPage = {
  open: new Set(),

  wire(element, tell) {
    const told = (place) => tell({ do: place.dataset.do, what: place.dataset.what ?? place.value, values: this.values() });
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-do]");
      if (button) {
        button.setAttribute("aria-busy", "true");
        this.going = ["start", "again"].includes(button.dataset.do);
        return told(button);
      }
      const run = event.target.closest("a[data-run]");
      if (!run || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.going = true;
      tell({ do: "open", what: run.dataset.run, values: {} });
    });
    element.addEventListener("change", (event) => {
      const place = event.target.closest("select[data-do]");
      if (!place) return;
      const what = place.dataset.path ?? place.value;
      tell({ do: place.dataset.do, what, values: place.dataset.do === "preset" ? {} : this.values() });
    });
    element.addEventListener("input", (event) => {
      if (event.target.type === "range") event.target.nextElementSibling.textContent = event.target.value;
    });
    element.addEventListener("submit", (event) => event.preventDefault());
  },

  values() {
    const found = {};
    document.querySelectorAll("#start [data-path]").forEach((place) => {
      found[place.dataset.path] = place.type === "checkbox" ? (place.checked ? "yes" : "no") : place.value;
    });
    return found;
  },

  // A run that was opened stands above the list: go there.
  shown() {
    document.querySelectorAll("#start [aria-busy], #told [aria-busy], #run-head [aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    if (!this.going) return;
    this.going = false;
    const title = document.getElementById("run-title");
    if (!title) return;
    title.scrollIntoView({ behavior: "smooth", block: "start" });
    title.focus({ preventScroll: true });
  },

  mend(panel) {
    panel.querySelectorAll("details[data-keep]").forEach((fold) => {
      if (this.open.has(fold.dataset.keep)) fold.open = true;
    });
    if (this.held && document.activeElement === document.body) panel.querySelector(this.held)?.focus({ preventScroll: true });
  },
};

document.addEventListener(
  "toggle",
  (event) => {
    const fold = event.target.closest?.("#start details[data-keep], #run-rest details[data-keep]");
    if (!fold || !fold.isConnected) return;
    fold.open ? runsPage.open.add(fold.dataset.keep) : runsPage.open.delete(fold.dataset.keep);
  },
  true,
);

document.addEventListener("focusin", (event) => {
  const place = event.target.closest?.("#start [id], #run-head [data-do], #run-list a[data-run]");
  const word = (name) => `[data-${name}="${CSS.escape(place.dataset[name])}"]`;
  runsPage.held = !place ? null : place.id ? `#${CSS.escape(place.id)}` : place.dataset.run ? word("run") : word("do");
});

new MutationObserver((changes) => {
  const panels = new Set(changes.map((change) => change.target.closest?.("#start, #run-head, #run-rest, #run-list")).filter(Boolean));
  panels.forEach((panel) => runsPage.mend(panel));
}).observe(document.documentElement, { childList: true, subtree: true });
