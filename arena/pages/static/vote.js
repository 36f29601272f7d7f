// The page where people vote: who votes, how long it took, keys, and what was skipped in this tab.
window.votePage = {
  // A mark that this browser keeps, where nobody gives a name.
  mark() {
    let mark = localStorage.getItem("arena.voter");
    if (!mark) {
      mark = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      localStorage.setItem("arena.voter", mark);
    }
    return mark;
  },

  name: () => localStorage.getItem("arena.voter.name") || "",

  // What Python is told of the voter.
  voter() {
    const drawn = JSON.parse(sessionStorage.getItem("arena.drawn") || "{}");
    return JSON.stringify({ who: this.name() || this.mark(), name: this.name(), skipped: this.skipped(), ...drawn });
  },

  named() {
    const said = document.querySelector("#voter-name :is(input, textarea)")?.value.trim() || "";
    localStorage.setItem("arena.voter.name", said);
    return this.voter();
  },

  skipped: () => JSON.parse(sessionStorage.getItem("arena.skipped") || "[]"),

  skip(battle) {
    if (battle) sessionStorage.setItem("arena.skipped", JSON.stringify([...this.skipped(), battle].slice(-500)));
  },

  ballot: () => document.querySelector("#pane .ballot"),

  wire(element, tell) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-do]");
      const place = button?.closest(".voting");
      if (!place || place.getAttribute("aria-busy")) return; // what was pressed is under way: its answer brings new buttons
      const open = this.ballot()?.dataset ?? {};
      this.asked = button.dataset.do;
      [button, place].forEach((one) => one.setAttribute("aria-busy", "true"));
      if (this.asked === "skip") this.skip(open.battle);
      tell({
        do: this.asked,
        battle: open.battle ?? "",
        choice: button.dataset.choice ?? "",
        comment: document.getElementById("comment")?.value ?? "",
        took: this.since ? Math.round(performance.now() - this.since) : null,
        voter: this.voter(),
      });
    });
  },

  // A new ballot is on the page: its time begins.
  begun() {
    const { battle, drawn, voted } = this.ballot()?.dataset ?? {};
    const open = battle && battle + (voted === undefined ? "" : " voted");
    if (!open || open === this.open) return;
    this.open = open;
    if (voted !== undefined) return;
    sessionStorage.setItem("arena.drawn", JSON.stringify({ battle, drawn }));
    this.since = performance.now();
    document.querySelectorAll("#pane .scrolled").forEach((box) => (box.scrollTop = 0));
  },

  // An answer is there: buttons can be pressed again, and after a vote the next step takes the focus.
  shown() {
    const had = this.asked;
    this.asked = null;
    document.querySelectorAll("#pane [aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
    arena.scrolling?.(localStorage.getItem("arena.together") !== "no");
    arena.fit?.();
    if (had === "vote") document.querySelector(".result .first")?.focus({ preventScroll: true });
    else if (had) document.getElementById("pane").scrollIntoView({ block: "start" });
  },

  // A file that was just written is fetched once.
  fetch() {
    const link = document.querySelector("#vote-file a[data-fresh]");
    link?.removeAttribute("data-fresh");
    link?.click();
  },

  // The address that the page arrived with, in Python's words: a reload shows the same battle.
  at(query) {
    if (query && query !== location.search) history.replaceState({}, "", location.pathname + query);
    arena.know(query);
  },

  press(words) {
    const button = document.querySelector(`#pane ${words}`);
    button?.click();
    return Boolean(button);
  },
};

if (location.pathname.endsWith("/vote")) {
  new MutationObserver(() => (votePage.begun(), votePage.fetch())).observe(document.documentElement, { childList: true, subtree: true });
}

// Keys of this page, after those of every page (arena.js).
document.addEventListener("keydown", (event) => {
  if (!location.pathname.endsWith("/vote") || event.defaultPrevented || event.repeat) return;
  const comment = document.getElementById("comment");
  if (event.target === comment && ["Enter", "Escape"].includes(event.key)) return comment.blur();
  if (arena.typing(event) || document.getElementById("keys")?.open) return;
  const onto = event.target.closest?.("a, button, summary");
  const does = {
    1: () => votePage.press('[data-choice="first"]'),
    2: () => votePage.press('[data-choice="second"]'),
    3: () => votePage.press('[data-choice="tie"]'),
    4: () => votePage.press('[data-choice="both_bad"]'),
    s: () => votePage.press('[data-do="skip"]'),
    u: () => votePage.press('[data-do="undo"]'),
    n: () => votePage.press('[data-do="next"]'),
    Enter: () => !onto && votePage.press('[data-do="next"]'),
    c: () => comment && (comment.focus(), true),
  };
  if (does[event.key]?.()) event.preventDefault();
});
