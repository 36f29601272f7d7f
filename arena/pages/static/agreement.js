// The agreement page: clicks on the picture and on pairs lead to battles, files are saved, open lists stay in the address.
window.agreement = {
  // A button of the name lists: what it says goes to Python.
  say(event, told) {
    const button = event.target.closest("button[data-name]");
    if (button) told({ name: button.dataset.name, key: button.dataset.key });
  },

  leave(address) {
    if (/^\/battles\?/.test(address || "")) location.href = address;
  },

  // Plotly's picture says itself which point was clicked.
  arm() {
    const picture = document.querySelector("#scatter .js-plotly-plot");
    if (!picture?.on || picture.dataset.armed) return;
    picture.dataset.armed = "yes";
    picture.on("plotly_click", (event) => this.leave(event.points[0]?.customdata));
    picture.on("plotly_hover", (event) => picture.classList.toggle("leads", Boolean(event.points[0]?.customdata)));
    picture.on("plotly_unhover", () => picture.classList.remove("leads"));
  },

  // Cells of the pair matrix: row i is the reference's better model, column j > i the other.
  pair(grid, i, j) {
    const models = (grid.models ||= JSON.parse(grid.dataset.models));
    const counts = (grid.counts ||= JSON.parse(grid.dataset.counts || "null"));
    const n = models.length;
    if (!(i >= 0 && j > i && j < n)) return null;
    const at = i * n - (i * (i + 1)) / 2 + (j - i - 1);
    return { i, j, a: models[i], b: models[j], kind: grid.dataset.kinds[at], n: counts?.[at] };
  },

  under(grid, event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(grid.getScreenCTM().inverse());
    const side = Number(grid.dataset.side);
    return this.pair(grid, Math.floor(point.y / side), Math.floor((point.x - Number(grid.dataset.left)) / side));
  },

  words: {
    a: "agree: both boards put it first, beyond their intervals",
    d: "disagree: the board puts it behind, beyond its intervals",
    u: "undecided: the board's intervals overlap",
    n: "not separated by the reference",
  },

  point(grid, cell) {
    const told = grid.closest(".pairs").querySelector(".pointed");
    const here = grid.querySelector(".here");
    here.setAttribute("visibility", cell ? "visible" : "hidden");
    if (!cell) return;
    grid.cell = cell;
    here.setAttribute("x", Number(grid.dataset.left) + cell.j * Number(grid.dataset.side));
    here.setAttribute("y", cell.i * Number(grid.dataset.side));
    const counted = cell.n === undefined ? "" : `; ${cell.n.toLocaleString("en")} ${cell.n === 1 ? "battle" : "battles"} between them`;
    told.textContent = `${cell.a} over ${cell.b} on the reference: ${this.words[cell.kind]}${counted}.`;
  },

  open(grid, cell) {
    if (!cell || !grid.dataset.battles) return;
    const address = new URL(grid.dataset.battles, location.origin);
    address.searchParams.set("a", cell.a);
    address.searchParams.set("b", cell.b);
    this.leave(address.pathname + address.search);
  },

  // Lists that a person opened stand in the address as `open`.
  opened() {
    return new Set((new URLSearchParams(location.search).get("open") || "").split(",").filter(Boolean));
  },

  keep(query, open) {
    const params = new URLSearchParams(query);
    if (open.size) params.set("open", [...open].join(","));
    else params.delete("open");
    const said = params.toString();
    return said ? `?${said}` : "";
  },

  unfold() {
    const open = this.opened();
    document.querySelectorAll("details[data-open]:not([data-seen])").forEach((list) => {
      list.dataset.seen = "yes";
      if (open.has(list.dataset.open)) list.open = true;
      list.addEventListener("toggle", () => {
        const now = this.opened();
        now[list.open ? "add" : "delete"](list.dataset.open);
        history.replaceState({}, "", location.pathname + this.keep(location.search, now));
      });
    });
  },
};

if (location.pathname === "/agreement") {
  // What Python knows of the address has no open lists: they are kept. (arena.js is loaded after this file.)
  addEventListener("DOMContentLoaded", () => {
    const push = arena.push;
    arena.push = (query) => push.call(arena, agreement.keep(query, agreement.opened()));
  });

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      agreement.arm();
      agreement.unfold();
    });
  }).observe(document, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    const file = event.target.closest("[data-save]");
    if (file) charts.save(file.dataset.save, new Blob([file.dataset.text], { type: file.dataset.type }));
    const grid = event.target.closest("svg[data-kinds]");
    if (grid) agreement.open(grid, agreement.under(grid, event));
  });

  document.addEventListener("pointermove", (event) => {
    const grid = event.target.closest?.("svg[data-kinds]");
    if (grid) agreement.point(grid, agreement.under(grid, event));
  });

  document.addEventListener("keydown", (event) => {
    const grid = event.target.closest?.("svg[data-kinds]");
    if (!grid || event.metaKey || event.ctrlKey || event.altKey) return;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step) {
      const at = grid.cell ? [grid.cell.i + step[0], grid.cell.j + step[1]] : [0, 1];
      const cell = agreement.pair(grid, ...at);
      if (cell) agreement.point(grid, cell);
      event.preventDefault();
    } else if (event.key === "Enter") agreement.open(grid, grid.cell);
  });
}
