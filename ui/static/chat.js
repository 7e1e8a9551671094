/* Markers open their quote; nothing here talks to a server. */
(() => {
  const OPENS = "bw-opens-";
  const panel = () => document.getElementById("bw-evidence");
  let opened = null;
  let newestTurn = null;

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const lastTurn = () => all(".bw-turn", panel()).at(-1)?.dataset.turn ?? null;

  /* Show one view of the panel, or the passages of its turn where there is no view of that name. */
  const show = name => {
    const view = name && document.getElementById(name);
    for (const other of all(".bw-view", panel())) other.hidden = other !== view;
    for (const cards of all(".bw-cards", panel())) cards.hidden = Boolean(view);
    for (const button of all(".bw-open")) button.classList.remove("bw-open");
    if (!view) return null;
    panel().classList.add("bw-chosen");
    const turn = view.closest(".bw-turn");
    for (const other of all(".bw-turn", panel())) other.classList.toggle("bw-shown", other === turn);
    for (const button of all(`.${CSS.escape(OPENS + name)}`)) button.classList.add("bw-open");
    return view;
  };

  const back = () => {
    opened = null;
    show(null);
  };

  /* The server sends the panel anew: a new turn comes to the front, within a turn the reader's choice stays. */
  const refresh = () => {
    if (!panel()) return;
    const turn = lastTurn();
    if (turn !== newestTurn) {
      newestTurn = turn;
      opened = null;
      panel().classList.remove("bw-chosen");
    } else if (opened && document.getElementById(opened)?.hidden) {
      show(opened);
    }
  };

  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.classList.contains("bw-back")) return back();
    const opens = [...button.classList].find(name => name.startsWith(OPENS));
    if (!opens) return;
    const view = show(opens.slice(OPENS.length));
    if (!view) return;
    opened = view.id;
    (view.querySelector("mark") || view).scrollIntoView({ behavior: "smooth", block: "center" });
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && panel()) back();
  });
  /* On the root, which is there whenever this runs. */
  new MutationObserver(() => {
    const language = document.querySelector("[data-language]")?.dataset.language;
    if (language && document.documentElement.lang !== language) document.documentElement.lang = language;
    /* Gradio names each message by its markup; without the name, readers of the screen hear its words. */
    for (const message of all('#bw-chat [data-testid][aria-label*="<div"]')) message.removeAttribute("aria-label");
    refresh();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
