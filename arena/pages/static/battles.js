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
    this.last = performance.now();
    this.busy();
    window.battlesTold(this.asked);
  },

  // Resolves once nothing has been asked for a while: what is only fetched ahead leaves the next click its way.
  calm() {
    return new Promise((done) => {
      const wait = () => (this.asked || performance.now() - (this.last ?? 0) < 400 ? setTimeout(wait, 100) : done());
      wait();
    });
  },

  // Python shows this query now.
  at(query) {
    this.last = performance.now();
    const opening = new URLSearchParams(query).get("id") !== new URLSearchParams(this.known).get("id");
    const asked = this.asked;
    // A click has put its address there already, if not in Python's words; the controls have not, and neither has
    // a bare first address.
    if (query && query !== location.search && (!asked || asked === this.wanted)) {
      history[asked || !this.known ? "replaceState" : "pushState"]({}, "", location.pathname + query);
    }
    this.asked = null;
    if (asked && asked !== this.wanted) this.ask();
    else if ((query || "?") === this.known) this.idle(); // nothing is counted anew
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
    this.scrolling(localStorage.getItem("arena.together") !== "no");
    this.fit();
    if (id && opening && innerWidth < 800) scrollTo({ top: 0 });
  },

  // What was sent along unseen for this address is shown at once; the answer follows and says the same.
  soon(address) {
    const ready = [...document.querySelectorAll("#ahead i")].find((one) => one.dataset.address === address);
    const held = ready && document.querySelector(`#${ready.dataset.where} .held`);
    if (!held) return;
    held.innerHTML = ready.dataset.html;
    this.mark(ready.dataset.where === "pane");
  },

  // On a phone one answer is seen at a time: the row is as high as that one, and its tab says so.
  fit() {
    const row = document.querySelector("#pane .answers");
    if (!row) return;
    const one = innerWidth < 800 && row.children[Math.round(row.scrollLeft / row.clientWidth)];
    row.style.height = one ? `${one.offsetHeight}px` : "";
    document.querySelectorAll("#pane button.tab").forEach((tab) => tab.setAttribute("aria-pressed", `answer-${tab.dataset.side}` === (one || {}).id));
  },

  // Both answers scroll together, each by its own length; a switch that stays in the browser.
  scrolling(together) {
    this.together = together;
    document.querySelectorAll("button.together").forEach((button) => button.setAttribute("aria-pressed", together));
  },

  scrolled(box) {
    if (this.led === box) return (this.led = null);
    const other = this.together && [...document.querySelectorAll("#pane .scrolled")].find((one) => one !== box);
    if (!other) return;
    const room = box.scrollHeight - box.clientHeight;
    const to = Math.round((room && box.scrollTop / room) * (other.scrollHeight - other.clientHeight));
    if (Math.abs(to - other.scrollTop) < 1) return;
    this.led = other;
    other.scrollTop = to;
  },

  busy() {
    document.body.classList.add("stale", "searching");
  },

  idle() {
    document.body.classList.remove("stale");
    if (!this.asked) document.body.classList.remove("searching");
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
// Texts can be unfolded, copied and looked at in turn on the page of votes too.
const reads = () => onBattles() || location.pathname.endsWith("/vote");

document.addEventListener("click", (event) => {
  if (!reads()) return;
  const at = (words) => event.target.closest(words);
  const link = at("a[href]");
  const plain = !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (link && plain && window.battlesTold && !link.closest(".bar") && link.pathname === location.pathname && !link.getAttribute("href").startsWith("#")) {
    event.preventDefault();
    const search = link.dataset.flip ? arena.flipped(...link.dataset.flip.split("=")) : link.search;
    if (search !== location.search) history.pushState({}, "", location.pathname + search);
    if (!link.dataset.flip) arena.soon(link.getAttribute("href"));
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
    arena.fit();
  }
  const side = at("button.tab[data-side]");
  if (side) document.getElementById(`answer-${side.dataset.side}`)?.scrollIntoView({ block: "nearest", inline: "start", behavior: "smooth" });
  if (at("button.density")) {
    const compact = !document.body.classList.contains("compact");
    localStorage.setItem("arena.density", compact ? "compact" : "cosy");
    arena.dense(compact);
  }
  if (at("button.narrower")) arena.filters();
  if (at("button.together")) {
    localStorage.setItem("arena.together", arena.together ? "no" : "yes");
    arena.scrolling(!arena.together);
  }
  document.querySelectorAll("details.copies[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
});

document.addEventListener("scroll", (event) => {
  if (event.target.matches?.("#pane .scrolled")) arena.scrolled(event.target);
  if (event.target.matches?.("#pane .answers")) arena.fit();
}, true);
addEventListener("resize", () => reads() && arena.fit());

// Keys of this page, after those of every page (arena.js).
document.addEventListener("keydown", (event) => {
  if (!onBattles() || event.defaultPrevented || arena.typing(event) || document.getElementById("keys")?.open) return;
  const inList = event.target.closest?.("#rows");
  const does = {
    j: () => arena.step(1),
    k: () => arena.step(-1),
    ArrowDown: inList && (() => arena.step(1)),
    ArrowUp: inList && (() => arena.step(-1)),
    e: () => arena.explain(),
    f: () => arena.filters(),
    "/": () => document.querySelector("#set-search :is(input, textarea)")?.focus(),
    ...Object.fromEntries(["1", "2", "3", "4"].map((key) => [key, () => document.querySelector('[data-key="vote"]')?.click()])),
  };
  const run = does[event.key] || ("dwrsbcnpy".includes(event.key) && (() => document.querySelector(`[data-key="${event.key}"]`)?.click()));
  if (!run) return;
  event.preventDefault();
  run();
});
