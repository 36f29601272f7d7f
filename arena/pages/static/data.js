// The data page: buttons and boards inside panels tell Python; a fresh export is fetched; focus survives a tick.
window.dataPage = {
  back(tell) {
    if (!document.hidden) tell({ do: "refresh", what: "", of: "" });
  },

  // Other tabs of this browser are told that something began or ended here.
  say() {
    if (this.mine) new BroadcastChannel("arena-imports").postMessage("changed");
    this.mine = false;
  },

  act(event, tell) {
    const button = event.target.closest("[data-do]");
    if (button) {
      this.mine = true;
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
      return tell({ do: button.dataset.do, what: button.dataset.what, of: button.dataset.of || "" });
    }
    const board = event.target.closest("a[data-board]");
    if (!board || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    document.querySelectorAll("#stock [aria-current]").forEach((link) => link.removeAttribute("aria-current"));
    document.querySelectorAll(`#stock a[data-board]`).forEach((link) => {
      if (link.dataset.board === board.dataset.board) link.setAttribute("aria-current", "true");
    });
    const query = new URLSearchParams(location.search);
    query.set("board", board.dataset.board);
    arena.push(`?${query}`);
    tell({ do: "open", what: board.dataset.board, of: "" });
  },

  // The list of imports is written anew every second: the button that had the focus gets it back.
  keep(jobs, held) {
    this.watch?.disconnect();
    this.watch = new MutationObserver(() => {
      if (document.activeElement !== document.body) return;
      jobs.querySelector(`[data-do="${CSS.escape(held.do)}"][data-what="${CSS.escape(held.what)}"]`)?.focus();
    });
    this.watch.observe(jobs, { childList: true, subtree: true });
  },

  // An open board stands above the list: go there.
  shown() {
    const title = document.querySelector("#opened h2");
    title?.scrollIntoView({ behavior: "smooth", block: "start" });
    title?.focus({ preventScroll: true });
  },

  // What was just written is fetched once.
  fresh() {
    const link = document.querySelector("#opened a[data-fresh]");
    if (!link) return;
    link.removeAttribute("data-fresh");
    link.click();
    link.focus();
  },
};

document.addEventListener("click", (event) => {
  if (event.target.closest("#bring")) dataPage.mine = true;
});

document.addEventListener("focusin", (event) => {
  const button = event.target.closest?.("#jobs [data-do]");
  if (button) dataPage.keep(button.closest("#jobs"), { ...button.dataset });
  else dataPage.watch?.disconnect();
});
