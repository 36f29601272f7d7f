// Pictures of charts to take along: our own SVG, the grid of who beats whom, and plotly's. Stands alone.
window.charts = {
  parts: ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "visibility",
    "font-size", "font-weight", "font-family", "font-variant-numeric", "text-anchor"],

  // A chart with its colours and fonts written into it, so that it stands alone.
  painted(chart) {
    const copy = chart.cloneNode(true);
    const [, , width, height] = chart.getAttribute("viewBox").split(" ");
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.removeAttribute("style");
    const from = chart.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((part, at) => {
      const style = getComputedStyle(from[at]);
      for (const name of this.parts) part.style.setProperty(name, style.getPropertyValue(name));
    });
    copy.querySelectorAll("a").forEach((link) => link.removeAttribute("href"));
    return copy;
  },

  // A table of cells as a chart: every cell a square of its colour with its words.
  gridded(table) {
    table.closest(".scroll").scrollLeft = 0;
    const name = "http://www.w3.org/2000/svg";
    const whole = table.getBoundingClientRect();
    const made = document.createElementNS(name, "svg");
    const put = (kind, values, words) => {
      const part = made.appendChild(document.createElementNS(name, kind));
      for (const [key, value] of Object.entries(values)) part.setAttribute(key, value);
      if (words !== undefined) part.textContent = words;
    };
    const size = [Math.ceil(whole.width) + 16, Math.ceil(whole.height) + 16];
    for (const [key, value] of Object.entries({ viewBox: `0 0 ${size.join(" ")}`, width: size[0], height: size[1] })) made.setAttribute(key, value);
    for (const cell of table.querySelectorAll("th, td")) {
      const box = cell.getBoundingClientRect(), style = getComputedStyle(cell);
      const [x, y] = [box.x - whole.x + 8, box.y - whole.y + 8];
      if (cell.matches("tbody td:not(.never)")) put("rect", { x, y, width: box.width, height: box.height, rx: 3, fill: style.backgroundColor });
      const type = { fill: getComputedStyle(cell.firstElementChild ?? cell).color, "font-size": style.fontSize, "font-family": style.fontFamily, "font-weight": style.fontWeight };
      const middle = [x + box.width / 2, y + box.height / 2];
      if (cell.matches("thead th")) put("text", { ...type, transform: `translate(${middle[0] + 4} ${y + box.height - 4}) rotate(-90)` }, cell.textContent);
      else if (cell.matches("tbody th")) put("text", { ...type, x: x + box.width - 8, y: middle[1] + 4, "text-anchor": "end" }, cell.textContent);
      else put("text", { ...type, x: middle[0], y: middle[1] + 4, "text-anchor": "middle" }, cell.textContent);
    }
    return made;
  },

  async picture(svg) {
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const scale = Math.min(2, 8000 / height, 8000 / width);
    const image = new Image();
    image.src = URL.createObjectURL(this.file(svg));
    await image.decode();
    URL.revokeObjectURL(image.src);
    const canvas = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
    const pen = canvas.getContext("2d");
    pen.fillStyle = document.body.classList.contains("dark") ? "#0f1318" : "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((made) => canvas.toBlob(made, "image/png"));
  },

  file: (svg) => new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }),

  save(name, body) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(body), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },

  // Saves what stands in a place: an unseen chart is shown for the moment of drawing.
  async take(place, kind, name) {
    const plot = place?.querySelector(".js-plotly-plot");
    if (plot) {
      const { data, layout } = plot;
      const ground = { ...layout, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff" };
      return Plotly.downloadImage({ data, layout: ground }, { format: kind, filename: name, width: 1200, height: 800 });
    }
    const table = place?.querySelector("table.heat");
    const seen = [...(place?.querySelectorAll("svg.chart") ?? [])];
    const chart = seen.find((one) => one.getClientRects().length) ?? seen[0];
    if (!table && !chart) return;
    const spare = chart?.closest(".spare");
    if (spare) spare.hidden = false;
    const svg = table ? this.gridded(table) : this.painted(chart);
    if (spare) spare.hidden = true;
    this.save(`${name}.${kind}`, kind === "svg" ? this.file(svg) : await this.picture(svg));
  },
};

// Small buttons beside a chart take it: `data-picture` is the kind, `data-of` the place, `data-name` the file.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picture]");
  if (button) charts.take(document.querySelector(button.dataset.of), button.dataset.picture, button.dataset.name);
});
