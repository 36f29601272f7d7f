// A tab is named by what it shows: heading, page, name.
(() => {
  let waiting;
  const name = () => {
    const heading = document.querySelector("h1, .battle h2")?.textContent.trim();
    const page = document.querySelector(".bar nav [aria-current]")?.textContent.trim();
    const title = [heading, page, "Arena"].filter(Boolean).join(" · ");
    if (document.title !== title) document.title = title;
    waiting = undefined;
  };
  const watch = () => new MutationObserver(() => (waiting ??= setTimeout(name, 200))).observe(document.body, { childList: true, subtree: true });
  if (document.body) watch();
  else addEventListener("DOMContentLoaded", watch);
})();
