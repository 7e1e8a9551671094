/* Every reply of the server comes to the page over one stream, which the server closes once nothing is awaited. An
   event that is raised at that very moment is still sent, but the page, told to close, would never hear its reply: a
   click without effect. So the word to close is kept back while anything is awaited, and the stream opened again. */
(() => {
  const plain = window.fetch;
  const awaited = new Set(); // events without their last reply
  const early = new Set(); // events whose last reply was here before their names were
  let joining = 0; // events that are on their way to the server

  const join = async given => {
    joining += 1;
    try {
      const reply = await plain(...given);
      const event = reply.ok ? (await reply.clone().json()).event_id : undefined;
      if (event && !early.delete(event)) awaited.add(event);
      return reply;
    } finally {
      joining -= 1;
    }
  };

  /* Whether a message of the stream is kept from the page. */
  const keepBack = text => {
    if (!text.startsWith("data:")) return false;
    const message = JSON.parse(text.slice("data:".length));
    if (message.msg === "process_completed" && !awaited.delete(message.event_id)) early.add(message.event_id);
    return message.msg === "close_stream" && (joining > 0 || awaited.size > 0);
  };

  const listen = async given => {
    const first = await plain(...given);
    if (!first.ok || !first.body) return first;
    const words = new TextEncoder();
    let reader;
    const messages = async function* () {
      for (let reply = first, again = true; again && reply.ok; reply = again && await plain(...given)) {
        again = false;
        reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let rest = "", part = await reader.read(); !part.done; part = await reader.read()) {
          const texts = (rest + part.value).split("\n\n");
          rest = texts.pop();
          for (const text of texts) {
            if (keepBack(text)) again = true;
            else yield words.encode(`${text}\n\n`);
          }
        }
      }
    }();
    const body = new ReadableStream({
      async pull(controller) {
        const { value, done } = await messages.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: reason => reader?.cancel(reason),
    });
    return new Response(body, { status: first.status, headers: first.headers });
  };

  window.fetch = (...given) => {
    const path = new URL(given[0].url ?? given[0], location.href).pathname;
    if (path.endsWith("/gradio_api/queue/join")) return join(given);
    return path.endsWith("/gradio_api/queue/data") ? listen(given) : plain(...given);
  };
})();
