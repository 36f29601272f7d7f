// Gradio's drop zone has a name that differs from the words in it: the words are its name.
new MutationObserver(() => {
  document.querySelectorAll(".upload-container[aria-label]").forEach((zone) => zone.removeAttribute("aria-label"));
}).observe(document, { childList: true, subtree: true });
