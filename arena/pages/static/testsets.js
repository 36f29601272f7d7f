// Test sets on the data page: buttons and clusters tell Python; pointing at a cluster says what is in it.
window.testsets = {
  act(event, tell) {
    const cluster = event.target.closest("[data-cluster]");
    if (cluster) {
      this.mark(cluster.dataset.cluster);
      return tell({ do: "cluster", what: cluster.dataset.cluster });
    }
    const button = event.target.closest("[data-do]");
    if (!button) return;
    if (button.dataset.do === "open") {
      const query = new URLSearchParams(location.search);
      query.set("set", button.dataset.what);
      arena.push(`?${query}`);
    } else button.disabled = true;
    tell({ do: button.dataset.do, what: button.dataset.what });
  },

  mark(number) {
    document.querySelectorAll("#set circle.here").forEach((circle) => circle.classList.remove("here"));
    document.querySelector(`#set circle[data-cluster="${CSS.escape(number)}"]`)?.classList.add("here");
    this.say(number);
  },

  // The words of a cluster, as text: nothing of a prompt becomes a tag.
  say(number) {
    const map = document.querySelector("#set svg.map");
    const place = document.querySelector("#set .pointed");
    if (!map || !place) return;
    if (map.told !== map.dataset.clusters) {
      map.told = map.dataset.clusters;
      map.known = JSON.parse(map.told);
    }
    const [size, words, examples] = map.known[number] || [0, [], []];
    const line = (name, text, kind) => {
      const found = document.createElement(name);
      found.textContent = text;
      if (kind) found.className = kind;
      return found;
    };
    const list = document.createElement("ul");
    list.append(...examples.map((text) => line("li", text)));
    place.replaceChildren(
      line("h3", `Cluster ${number}: ${words.join(", ") || "no words of its own"}`),
      line("p", `${size.toLocaleString("en")} ${size === 1 ? "prompt" : "prompts"}; most typical:`, "quiet"),
      list,
    );
  },

  point(element) {
    element.addEventListener("pointerover", (event) => {
      const circle = event.target.closest("circle[data-cluster]");
      if (circle) this.say(circle.dataset.cluster);
    });
  },

  shown(place) {
    const title = document.querySelector(place);
    title?.scrollIntoView({ behavior: "smooth", block: "start" });
    title?.focus({ preventScroll: true });
  },
};
