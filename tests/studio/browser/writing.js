// One item whose draft is being written, told as the server tells it; window.__say(text) writes on, __end(text) ends it.
(() => {
  const column = (name, cell) => ({
    cell, step: `app:${name}`, name, kind: "step", calls: 1, hits: 0, ran: 1, failed: 0, mean_ms: 5, changed: false, causes: [],
  });
  const head = (status) => ({
    id: "writing", target: "app:answer", status, started_ms: Date.now(), ended_ms: null, items: 1, done: 0, ok: 0, failed: 0,
    trials: 1, data: "d.jsonl", calls: 1, hits: 0, ran: 1, model_calls: 1, input_tokens: 0, output_tokens: 0, cost: {},
    unpriced_calls: 0, stopped_by: "", first_error: "", scorers: [], scored: "",
  });
  const row = (cell) => [0, 0, cell[0], "question: one", 5, "t", "", [cell, null]];
  const grid = {
    run: head("running"), columns: [column("draft", 0), column("answer", 1)], rows: [row([4, 0, "", 1])], total: 1,
    matching: 1, offset: 0, mark: "0", scorers: [], scores: [],
  };
  const json = (value) => Promise.resolve(new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } }));
  const real = window.fetch.bind(window);
  window.fetch = (url, init) => {
    const path = String(url).split("?")[0];
    if (path === "/api/runs/writing/grid") return json(grid);
    if (path !== "/api/runs/writing/live") return real(url, init);
    const stream = new ReadableStream({
      start(to) {
        const say = (name, data) => to.enqueue(new TextEncoder().encode(`event: ${name}\ndata: ${JSON.stringify({ event: name, ...data })}\n\n`));
        window.__say = (text) => say("partial", { parts: [[0, 0, "app:draft", text]] });
        window.__end = (text) => say("batch", { head: null, columns: null, rows: [row([2, 7, text, 1])] });
      },
    });
    return Promise.resolve(new Response(stream, { headers: { "Content-Type": "text/event-stream" } }));
  };
})();
