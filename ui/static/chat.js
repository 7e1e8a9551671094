/* The page's own behaviour. What the server must know goes through Gradio's components; only printed pages are fetched. */
(() => {
  const OPENS = "bw-opens-";
  const COOKIE = "baowen-browser";
  const panel = () => document.getElementById("bw-evidence");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Each browser has its own conversations: a secret that nobody else knows. */
  if (!document.cookie.split("; ").some(item => item.startsWith(`${COOKIE}=`))) {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    const secret = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
    document.cookie = `${COOKIE}=${secret}; path=/; max-age=31536000; SameSite=Strict`;
  }

  /* Raise an event of the component that an element stands in (see ui/gradio_events.py). */
  const tell = (element, name, values) =>
    element.dispatchEvent(new CustomEvent("bw", { bubbles: true, detail: { name, values } }));

  /* Quotes */
  let opener = null;
  let awaited = null;

  const show = name => {
    const view = name && document.getElementById(name);
    for (const other of all(".bw-view", panel())) other.hidden = other !== view;
    for (const cards of all(".bw-cards", panel())) cards.hidden = Boolean(view);
    for (const button of all(".bw-opened")) button.classList.remove("bw-opened");
    if (!view) return null;
    for (const button of all(`.${CSS.escape(OPENS + name)}`)) button.classList.add("bw-opened");
    centre(view.querySelector("mark") || view);
    view.focus({ preventScroll: true });
    return view;
  };
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  /* Where the panel scrolls by itself, it alone is moved: the question beside it stays in view. */
  const centre = target => {
    const behavior = calm() ? "auto" : "smooth";
    const pane = panel();
    const [around, at] = [pane.getBoundingClientRect(), target.getBoundingClientRect()];
    const [top, bottom] = [Math.max(around.top, 0), Math.min(around.bottom, innerHeight)];
    if (!pane.contains(target) || getComputedStyle(pane).overflowY !== "auto" || bottom - top < around.height / 2) {
      target.scrollIntoView({ behavior, block: "center" });
    } else {
      pane.scrollBy({ top: (at.top + at.bottom - top - bottom) / 2, behavior });
    }
  };

  /* The focus goes back to where the reader was. */
  const back = () => {
    if (!panel() || !panel().querySelector(".bw-view:not([hidden])")) return;
    show(null);
    const button = opener && (document.contains(opener) ? opener : document.querySelector(`.${CSS.escape(opener.bwOpens || "none")}`));
    if (button) button.focus();
    opener = null;
  };

  const openQuote = (button, opens) => {
    const name = opens.slice(OPENS.length);
    if (!panel().contains(button)) {
      opener = button;
      opener.bwOpens = opens;
    } else if (!opener) {
      opener = button;
      opener.bwOpens = opens;
    }
    if (show(name)) return;
    const exchange = button.closest(".bw-exchange");
    if (!exchange) return;
    awaited = name;
    tell(exchange, "turn", { turn: exchange.dataset.turn });
  };

  /* What buttons do here */
  const box = () => document.querySelector("#bw-question textarea");
  const write = text => {
    const area = box();
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    area.setSelectionRange(text.length, text.length);
  };
  const copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      /* Pages of an intranet without https have no clipboard of their own. */
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1600);
  };
  const chooseTab = name => document.getElementById(`bw-tab-${name}-button`)?.click();
  /* The plot as it stands, on white. */
  const savePicture = button => {
    const drawn = document.querySelector("#bw-plot .vega-embed svg");
    if (!drawn) return;
    const { width, height } = drawn.getBoundingClientRect();
    const picture = new Image();
    picture.onload = () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: `${button.dataset.name}.png` }).click();
    };
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(drawn))}`;
  };
  /* The printed page of an article, with its boxes, or its torn text; a second click puts it away. */
  const showOriginal = async button => {
    const place = button.nextElementSibling;
    const isOpen = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!isOpen));
    place.innerHTML = "";
    if (isOpen) return;
    place.innerHTML = '<p class="bw-soft" role="status"></p>';
    place.firstChild.textContent = button.dataset.waiting;
    try {
      const reply = await fetch(button.dataset.address);
      place.innerHTML = reply.ok ? await reply.text() : "";
    } catch {
      place.innerHTML = "";
    }
    if (!place.firstChild) return void button.setAttribute("aria-expanded", "false");
    const image = place.querySelector("img");
    if (image) await image.decode();
    const box = place.querySelector(".bw-box, .bw-torn mark, .bw-torn b");
    if (box) centre(box);
  };
  const local = {
    original: showOriginal,
    copy: button => copy(button.dataset.text, button),
    edit: button => write(button.dataset.text),
    tab: button => chooseTab(button.dataset.tab),
    print: () => window.print(),
    picture: savePicture,
  };
  const act = button => {
    const { action, ...values } = button.dataset;
    if (local[action]) return local[action](button);
    if (button.classList.contains("bw-sure") && !button.dataset.asked) {
      button.dataset.asked = "yes";
      button.textContent = button.dataset.sure;
      return undefined;
    }
    if (action === "new") setAddress("");
    return tell(button, action, values);
  };

  /* A conversation is renamed in its row. */
  const rename = button => {
    const row = button.closest("li");
    if (row.querySelector("form")) return;
    const form = document.createElement("form");
    form.className = "bw-renaming";
    const input = Object.assign(document.createElement("input"), { value: button.dataset.title, maxLength: 200 });
    input.setAttribute("aria-label", button.dataset.label);
    const keep = Object.assign(document.createElement("button"), { type: "submit", className: "bw-action", textContent: button.dataset.keep });
    const leave = Object.assign(document.createElement("button"), { type: "button", className: "bw-action", textContent: button.dataset.cancel });
    leave.addEventListener("click", () => { form.remove(); button.focus(); });
    form.addEventListener("submit", event => {
      event.preventDefault();
      event.stopPropagation();
      tell(row, "rename", { id: row.dataset.id, title: input.value });
    });
    form.append(input, keep, leave);
    row.append(form);
    input.focus();
  };

  document.addEventListener("click", event => {
    const link = event.target.closest("a.bw-open");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      return tell(link, "open", { id: link.closest("li").dataset.id });
    }
    const button = event.target.closest("button");
    if (!button) return undefined;
    if (button.classList.contains("bw-back")) return back();
    if (button.classList.contains("bw-rename")) return rename(button);
    if (button.dataset.article) return chooseArticle(button);
    if (button.dataset.action) return act(button);
    const opens = [...button.classList].find(name => name.startsWith(OPENS));
    return opens ? openQuote(button, opens) : undefined;
  });
  document.addEventListener("submit", event => {
    const form = event.target.closest("form.bw-correct");
    if (!form) return;
    event.preventDefault();
    tell(form, form.dataset.event, { id: form.dataset.id, fields: Object.fromEntries(new FormData(form)) });
  }, true);
  /* The line that a division begins with may be its headline. */
  document.addEventListener("change", event => {
    const select = event.target.closest?.("form[data-event=divide] select");
    if (select) select.form.elements.title.value = select.selectedOptions[0].dataset.title;
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") back();
  });
  /* Enter that ends a word of an input method does not send the question. */
  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);
  document.addEventListener("input", event => {
    if (!event.target.classList?.contains("bw-find")) return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const row of all(".bw-conversations li")) row.hidden = !row.innerText.toLowerCase().includes(wanted);
  });

  /* The archive: the article comes into view, wherever its row stands. */
  let articleAwaited = false;
  const chooseArticle = button => {
    for (const row of all(".bw-row[aria-current]")) row.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    articleAwaited = true;
    tell(button, "choose", { id: button.dataset.article });
  };
  const bringArticle = () => {
    const reader = document.getElementById("bw-reader");
    reader.scrollTop = 0;
    if (reader.getBoundingClientRect().top < 0 || reader.getBoundingClientRect().top > innerHeight / 2) {
      reader.scrollIntoView({ block: "start" });
    }
  };

  /* The quote of a marker is shown when it is pointed at. */
  const hover = Object.assign(document.createElement("div"), { className: "bw-hover", hidden: true });
  hover.setAttribute("aria-hidden", "true");
  const showHover = marker => {
    if (!hover.isConnected) document.body.append(hover);
    hover.textContent = marker.dataset.quote;
    hover.hidden = false;
    const at = marker.getBoundingClientRect();
    hover.style.left = `${Math.max(8, Math.min(innerWidth - hover.offsetWidth - 8, at.left))}px`;
    const above = at.top - hover.offsetHeight - 6;
    hover.style.top = `${above > 4 ? above : at.bottom + 6}px`;
  };
  if (matchMedia("(hover: hover)").matches) {
    document.addEventListener("mouseover", event => {
      const marker = event.target.closest?.("[data-quote]");
      if (marker) showHover(marker);
      else hover.hidden = true;
    });
  }

  /* The address names the conversation, so that a reload, a bookmark and the other language find it. */
  const setAddress = id => {
    const address = new URL(location.href);
    if (id) address.searchParams.set("c", id);
    else address.searchParams.delete("c");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
    for (const link of all("a.bw-language")) {
      const other = new URL(link.href);
      other.search = address.search;
      if (link.href !== other.href) link.href = other.href;
    }
  };

  /* Time goes on where something is being waited for. */
  const began = new WeakMap();
  const tick = () => {
    for (const clock of all(".bw-clock")) {
      if (!began.has(clock)) began.set(clock, performance.now() - 1000 * Number(clock.dataset.elapsed));
      const text = ` ${Math.floor((performance.now() - began.get(clock)) / 1000)} ${clock.dataset.unit}`;
      if (clock.textContent !== text) clock.textContent = text;
    }
  };
  setInterval(tick, 250);

  /* A new question goes to the top of what is seen, its answer below it. */
  let newest = null;
  const bringQuestion = () => {
    const exchange = document.querySelector("#bw-current .bw-exchange");
    const key = exchange && `${document.getElementById("bw-conversation")?.dataset.conversation} ${exchange.dataset.turn}`;
    if (!exchange || key === newest) return;
    newest = key;
    const chat = document.getElementById("bw-chat");
    if (getComputedStyle(chat).overflowY === "auto") chat.scrollTop += exchange.getBoundingClientRect().top - chat.getBoundingClientRect().top;
    else exchange.scrollIntoView({ block: "start" });
  };

  /* On the root, which is there whenever this runs. */
  let opened = null;
  new MutationObserver(changes => {
    const language = document.querySelector("[data-language]")?.dataset.language;
    if (language && document.documentElement.lang !== language) document.documentElement.lang = language;
    const conversation = document.getElementById("bw-conversation");
    if (conversation && conversation.dataset.conversation !== opened) {
      if (opened !== null || conversation.dataset.conversation) setAddress(conversation.dataset.conversation);
      opened = conversation.dataset.conversation;
    } else if (conversation && location.search) setAddress(new URL(location.href).searchParams.get("c"));
    bringQuestion();
    tick();
    if (awaited && document.getElementById(awaited)) {
      const name = awaited;
      awaited = null;
      show(name);
    }
    for (const sentence of all(".bw-sentence:not([data-seen])")) {
      sentence.dataset.seen = "yes";
      (sentence.querySelector("mark") || sentence).scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "center" });
      sentence.focus({ preventScroll: true });
    }
    if (articleAwaited && changes.some(change => change.target.closest?.("#bw-viewer"))) {
      articleAwaited = false;
      bringArticle();
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
