/** One animation-frame tick for the whole page: however much arrives, what is shown changes once a frame. */
const due = new Set<() => void>();
let asked = false;

function run(): void {
  asked = false;
  const now = [...due];
  due.clear();
  for (const each of now) each();
}

/** Call `work` at the next frame, once. A hidden page has no frames: there a timer takes their place. */
export function atNextTick(work: () => void): void {
  due.add(work);
  if (asked) return;
  asked = true;
  if (typeof requestAnimationFrame === "undefined" || document.hidden) setTimeout(run, 50);
  else requestAnimationFrame(run);
}

if (typeof document !== "undefined") {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && asked) run();
  });
}
