// The battles page: links that stay on it, keys, copying, folding, density. Its state is the address.
Object.assign(window.arena, {
  // Asks Python for another query, without loading the page anew. The list brings the way (battles.py). One at
  // a time: what is wanted meanwhile is asked for afterwards, and only the last of it.
  told(query) {
    if (!window.battlesTold) return location.reload();
    this.wanted = query || location.search || "?";
    if (!this.asked) this.ask();
  },

  ask() {
    this.asked = this.wanted;
    this.busy();
    window.battlesTold(this.asked);
  },

  // Python shows this query now.
  at(query) {
    const opening = new URLSearchParams(query).get("id") !== new URLSearchParams(this.known).get("id");
    // A click has put its address there already; the controls have not, and neither has a bare first address.
    if (query && !this.asked && query !== location.search) history[this.known ? "pushState" : "replaceState"]({}, "", location.pathname + query);
    const asked = this.asked;
    this.asked = null;
    if (asked && asked !== this.wanted) this.ask();
    this.known = query || "?";
    document.body.classList.remove("searching");
    setTimeout(() => this.mark(opening), 60);
  },

  // The open battle is marked in the list and, on a narrow screen, brought into sight.
  mark(opening) {
    const id = new URLSearchParams(location.search).get("id");
    document.querySelectorAll("#rows a.row").forEach((row) => {
      const on = id && row.dataset.battle.startsWith(id);
      on ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
    });
    this.dense(localStorage.getItem("arena.density") === "compact");
    document.body.classList.toggle("opened", Boolean(id));
    if (id && opening && innerWidth < 800) scrollTo({ top: 0 });
  },

  busy() {
    document.body.classList.add("stale", "searching");
  },

  idle() {
    document.body.classList.remove("stale", "searching");
  },

  dense(compact) {
    document.body.classList.toggle("compact", compact);
    document.querySelectorAll("button.density").forEach((button) => {
      button.setAttribute("aria-pressed", compact);
      button.textContent = compact ? "Cosy" : "Compact";
    });
  },

  // The address with a switch turned: several in a row add up, however long the answer takes.
  flipped(name, value) {
    const query = new URLSearchParams(location.search);
    query.get(name) === value ? query.delete(name) : query.set(name, value);
    return `?${query}`;
  },

  copied(button, words) {
    const said = button.firstChild.nodeType === Node.TEXT_NODE ? button.firstChild : null;
    const before = said?.data;
    const done = (what) => {
      if (!said) return;
      said.data = what;
      setTimeout(() => (said.data = before), 1500);
    };
    navigator.clipboard?.writeText(words).then(() => done("Copied"), () => done("Not allowed"));
  },

  // Next or previous row: opened where a battle is open, else only in focus.
  step(by) {
    const rows = [...document.querySelectorAll("#rows a.row")];
    const at = rows.includes(document.activeElement)
      ? rows.indexOf(document.activeElement)
      : rows.findIndex((row) => row.matches("[aria-current]"));
    const row = rows[at < 0 ? 0 : at + by];
    if (!row) return document.querySelector(`#rows [data-key="${by > 0 ? "n" : "p"}"]`)?.click();
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    if (new URLSearchParams(location.search).has("id")) row.click();
  },

  // The judge's games in turn.
  explain() {
    const games = [...document.querySelectorAll("#pane .verdict")];
    const at = games.findIndex((game) => game.classList.contains("told"));
    games.forEach((game) => game.classList.remove("told"));
    const game = games[(at + 1) % games.length];
    game?.classList.add("told");
    game?.focus({ preventScroll: true });
    game?.scrollIntoView({ block: "center", behavior: "smooth" });
  },

  filters() {
    document.body.classList.toggle("narrowing");
    document.querySelector("#facets a.pick")?.focus();
  },
});

const onBattles = () => location.pathname.endsWith("/battles");

document.addEventListener("click", (event) => {
  if (!onBattles()) return;
  const at = (words) => event.target.closest(words);
  const link = at("a[href]");
  const plain = !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (link && plain && window.battlesTold && !link.closest(".bar") && link.pathname === location.pathname && !link.getAttribute("href").startsWith("#")) {
    event.preventDefault();
    const search = link.dataset.flip ? arena.flipped(...link.dataset.flip.split("=")) : link.search;
    if (search !== location.search) history.pushState({}, "", location.pathname + search);
    arena.told(search || "?");
  }
  const take = at("button[data-take]");
  if (take) arena.copied(take, take.dataset.take === "link" ? location.href : take.querySelector("pre").textContent);
  const code = at("button.copy-code");
  if (code) arena.copied(code, code.parentElement.querySelector("pre").textContent);
  const unfold = at("button.unfold");
  if (unfold) {
    const open = unfold.parentElement.classList.toggle("open");
    unfold.setAttribute("aria-expanded", open);
    unfold.dataset.words ||= unfold.textContent;
    unfold.textContent = open ? "Show less" : unfold.dataset.words;
  }
  const side = at("button.tab[data-side]");
  if (side) document.getElementById(`answer-${side.dataset.side}`)?.scrollIntoView({ block: "nearest", inline: "start", behavior: "smooth" });
  if (at("button.density")) {
    const compact = !document.body.classList.contains("compact");
    localStorage.setItem("arena.density", compact ? "compact" : "cosy");
    arena.dense(compact);
  }
  if (at("button.narrower")) arena.filters();
  if (at("[data-close]")) at("dialog")?.close();
  document.querySelectorAll("details.copies[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
});

// Keys. None while typing, none with Ctrl or Alt.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, textarea, select, [contenteditable], [role='listbox']");
  if (!onBattles() || field || event.ctrlKey || event.metaKey || event.altKey) return;
  const dialog = document.getElementById("keys");
  const inList = event.target.closest?.("#rows");
  const pages = { l: "/", b: "/battles", a: "/agreement" };
  const going = arena.going;
  arena.going = false;
  const does = {
    j: () => arena.step(1),
    k: () => arena.step(-1),
    ArrowDown: inList && (() => arena.step(1)),
    ArrowUp: inList && (() => arena.step(-1)),
    e: () => arena.explain(),
    f: () => arena.filters(),
    g: () => (arena.going = true),
    "/": () => document.querySelector("#set-search :is(input, textarea)")?.focus(),
    "?": () => (dialog?.open ? dialog.close() : dialog?.showModal()),
  };
  const run = going && pages[event.key]
    ? () => document.querySelector(`.bar a.keep[href^="${pages[event.key]}"]${event.key === "l" ? '[href="/"]' : ""}`)?.click()
    : does[event.key] || ("dwrsbcnp".includes(event.key) && (() => document.querySelector(`[data-key="${event.key}"]`)?.click()));
  if (!run || (dialog?.open && event.key !== "?")) return;
  event.preventDefault();
  run();
});
