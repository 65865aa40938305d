// A run of 1,000 items and six steps, told at 2,000 cells a second as the server tells it: for measuring the page alone.
(() => {
  const ROWS = 1000;
  const STEPS = ["rewrite", "retrieve", "rerank", "draft", "check", "answer"];
  const PER_TICK = 100;
  const TICK_MS = 50;
  const column = (name, i) => ({
    cell: i, step: `app:${name}`, name, kind: "step", calls: 0, hits: 0, ran: 0, failed: 0, mean_ms: 12.5,
    changed: i === 3, causes: i === 3 ? ["file: prompts/draft.md"] : [],
  });
  const head = (status, done) => ({
    id: "feed", target: "app:answer", status, started_ms: Date.now() - 1000, ended_ms: status === "done" ? Date.now() : null,
    items: ROWS, done, ok: done, failed: 0, trials: 1, data: "data/feed.jsonl", calls: done * 6, hits: 0, ran: done * 6,
    model_calls: 0, input_tokens: 0, output_tokens: 0, cost: {}, unpriced_calls: 0, stopped_by: "", first_error: "", scorers: [], scored: "",
  });
  const cells = Array.from({ length: ROWS }, () => STEPS.map(() => null));
  const row = (n) => [n, 0, cells[n][5] ? 2 : 4, `question: sample number ${n} of the feed`, 12, "t", "", cells[n]];
  const grid = () => ({
    run: head("running", 0), columns: STEPS.map(column), rows: [], total: 0, matching: 0, offset: 0, mark: "0", scorers: [], scores: [],
  });
  const json = (value) => new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } });
  const live = () => {
    const encoder = new TextEncoder();
    let told = 0;
    const say = (to, name, data, id) => to.enqueue(encoder.encode(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
    return new Response(
      new ReadableStream({
        start(to) {
          const began = performance.now();
          window.__feed = { began, ended: 0, floor: ((ROWS * STEPS.length) / PER_TICK) * TICK_MS };
          const timer = setInterval(() => {
            // As many as are due by the clock: a page that stalls does not slow the feed down.
            const due = Math.min(ROWS * 6, Math.floor((performance.now() - began) / TICK_MS) * PER_TICK);
            const touched = new Set();
            for (; told < due; told += 1) {
              const n = Math.floor(told / 60) * 10 + (told % 10);
              const step = Math.floor((told % 60) / 10);
              cells[n][step] = [step === 0 ? 1 : 2, 3.5 + step, `${STEPS[step]} says something about sample ${n} at length`, 1];
              touched.add(n);
            }
            const done = Math.floor(told / 6);
            if (touched.size) say(to, "batch", { event: "batch", head: head("running", done), columns: STEPS.map(column), rows: [...touched].map(row) }, told);
            if (told >= ROWS * 6) {
              clearInterval(timer);
              window.__feed.ended = performance.now();
              say(to, "end", { event: "end", head: head("done", ROWS) }, told);
              to.close();
            }
          }, TICK_MS);
        },
      }),
      { headers: { "Content-Type": "text/event-stream" } },
    );
  };
  const real = window.fetch.bind(window);
  let began = false;
  window.fetch = (url, init) => {
    const path = String(url).split("?")[0];
    if (path === "/api/runs/feed/live") return Promise.resolve(live());
    if (path !== "/api/runs/feed/grid") return real(url, init);
    if (!began) {
      began = true;
      return Promise.resolve(json(grid()));
    }
    const asked = new URLSearchParams(String(url).split("?")[1]);
    const offset = Number(asked.get("offset") ?? 0);
    const rows = cells.map((_, n) => row(n)).slice(offset, offset + Number(asked.get("limit") ?? 200));
    return Promise.resolve(json({ ...grid(), run: head("done", ROWS), rows, total: ROWS, matching: ROWS, offset }));
  };
  window.__long = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.__long.push(Math.round(entry.duration));
  }).observe({ type: "longtask" });
})();
