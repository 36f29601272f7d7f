// The leaderboard's clicks and keys: links that stay on the page, the open card, the heatmap's cells.
// Scripts may come in any order, so this one stands alone.
window.leaderboard = Object.assign(window.leaderboard ?? {}, {

  // After new markup: the first cell can be reached by Tab, and a card that has just opened takes the focus.
  // An answer that came late, to an address that is no longer looked at, is asked for anew.
  drawn(query) {
    const late = document.querySelector("[data-for]")?.dataset.for;
    if (late !== undefined && late !== query && this.healed !== query) {
      this.healed = query;
      this.looker?.(query);
    }
    const grid = document.querySelector("[data-grid]");
    if (grid && !grid.querySelector('[tabindex="0"]')) grid.querySelector("[data-said]")?.setAttribute("tabindex", "0");
    const drawer = document.querySelector(".drawer");
    document.body.classList.toggle("opened", Boolean(drawer));
    if (drawer && this.opened !== drawer.ariaLabel) drawer.querySelector(".close")?.focus({ preventScroll: true });
    if (!drawer && this.opened && this.opener) {
      document.querySelector(`#standings [data-model="${CSS.escape(this.opener)}"]`)?.focus({ preventScroll: true });
    }
    this.opened = drawer?.ariaLabel;
  },

  // A file that was written is fetched by the hidden button.
  take() {
    setTimeout(() => document.querySelector("#taken a, a#taken, #taken button, button#taken")?.click(), 150);
  },

  // What stands on the page as a picture: a chart, the grid, or the bars behind the table.
  photo(query) {
    const place = document.querySelector("#standings");
    const what = place.querySelector("table.heat, .drawing svg.chart, .spare svg.chart")?.dataset.name;
    const board = new URLSearchParams(query).get("board") || "leaderboard";
    if (what) charts.take(place, "png", `${board}-${what}`);
  },
});

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-look]");
  if (!link || !leaderboard.looker || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const address = typeof link.href === "string" ? link.href : link.href.baseVal;
  if (link.dataset.model) leaderboard.opener = link.dataset.model;
  leaderboard.looker(new URL(address, location.href).search);
});

// What a cell says stands above the grid while one points at it or has it in focus.
function read(event) {
  const cell = event.target.closest?.("[data-said]");
  const line = document.querySelector("#readout");
  if (cell && line) line.textContent = cell.dataset.said;
}
addEventListener("mouseover", read);
addEventListener("focusin", read);

// Arrow keys walk over the grid; Escape closes the card.
addEventListener("keydown", (event) => {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  const cell = event.target.closest?.("[data-grid] [data-said]");
  if (step && cell) {
    const rows = [...cell.closest("tbody").rows].map((row) => [...row.cells].slice(1));
    let down = rows.findIndex((row) => row.includes(cell.closest("td")));
    let right = rows[down].indexOf(cell.closest("td"));
    for (;;) {
      [down, right] = [down + step[0], right + step[1]];
      const next = rows[down]?.[right];
      if (!next) return;
      const inside = next.querySelector("[data-said]");
      if (!inside) continue;
      event.preventDefault();
      cell.tabIndex = -1;
      inside.tabIndex = 0;
      inside.focus();
      return;
    }
  }
  if (event.key === "Escape" && !event.target.closest?.("input, textarea, [role=listbox]")) document.querySelector(".drawer .close")?.click();
});

// What if so many battles were added: as `arena.ratings.outlook.after` has it.
addEventListener("input", (event) => {
  const slide = event.target.closest?.("#what-if");
  if (!slide) return;
  const { half, battles, steps } = slide.dataset;
  const more = Math.round(battles * 10 ** slide.value);
  const times = (Number(battles) + more) / battles;
  const apart = steps.split(",").map((one) => one.split(":")).filter(([top, needed]) => top && Number(needed) <= times).length;
  const said = apart > 1 ? `the first ${apart} stand apart` : apart ? "the first stands apart" : "none of the first stands apart";
  const width = (half / Math.sqrt(times)).toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  slide.closest(".what-if").querySelector("output").textContent = `${more.toLocaleString("en-US")} more battles: ±${width}, ${said}`;
});
