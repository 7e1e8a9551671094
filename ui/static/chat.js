/* Markers open their quote; nothing here talks to a server. */
(() => {
  const panel = () => document.getElementById("bw-evidence");

  const showTurn = turn => {
    panel().classList.add("bw-chosen");
    for (const section of panel().querySelectorAll(".bw-turn")) section.classList.toggle("bw-shown", section === turn);
  };

  const back = () => {
    for (const view of panel().querySelectorAll(".bw-view")) view.hidden = true;
    for (const cards of panel().querySelectorAll(".bw-cards")) cards.hidden = false;
    for (const marker of document.querySelectorAll(".bw-marker.bw-open")) marker.classList.remove("bw-open");
  };

  const open = name => {
    const view = document.getElementById(name);
    if (!view) return;
    back();
    const turn = view.closest(".bw-turn");
    showTurn(turn);
    turn.querySelector(".bw-cards").hidden = true;
    view.hidden = false;
    for (const marker of document.querySelectorAll(`[data-quote="${CSS.escape(name)}"]`)) marker.classList.add("bw-open");
    (view.querySelector("mark") || view).scrollIntoView({ behavior: "smooth", block: "center" });
  };

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-quote], [data-back]");
    if (!button) return;
    button.dataset.back ? back() : open(button.dataset.quote);
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && panel()) back();
  });
  document.addEventListener("DOMContentLoaded", () => {
    const name = () => {
      const masthead = document.querySelector("[data-language]");
      if (!masthead) return setTimeout(name, 200);
      document.documentElement.lang = masthead.dataset.language;
    };
    name();
  });
})();
