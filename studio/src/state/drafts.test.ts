import { describe, expect, it } from "vitest";
import { createDrafts, wouldLose } from "./drafts";

const isText = (value: unknown): value is string => typeof value === "string";

class Shelf {
  readonly all = new Map<string, string>();
  isFull = false;
  get length(): number {
    return this.all.size;
  }
  key(at: number): string | null {
    return [...this.all.keys()][at] ?? null;
  }
  getItem(name: string): string | null {
    return this.all.get(name) ?? null;
  }
  setItem(name: string, text: string): void {
    if (this.isFull) throw new Error("full");
    this.all.set(name, text);
  }
  removeItem(name: string): void {
    this.all.delete(name);
  }
}

function made(shelf: Shelf | null, kind = "note") {
  let at = 0;
  return createDrafts(
    kind,
    isText,
    () => shelf,
    () => ++at,
  );
}

describe("a draft", () => {
  it("is there for whoever opens the same thing again, until it is dropped", () => {
    const shelf = new Shelf();
    made(shelf).keep("a.md", "mine");
    expect([made(shelf).get("a.md"), made(shelf).get("b.md"), made(shelf, "row").get("a.md")]).toEqual([
      "mine",
      null,
      null,
    ]);
    made(shelf).drop("a.md");
    expect(made(shelf).get("a.md")).toBeNull();
  });
  it("of another shape is none", () => {
    const shelf = new Shelf();
    shelf.setItem("loomwork.draft.note a.md", '{"at": 1, "value": {"other": 1}}');
    shelf.setItem("loomwork.draft.note b.md", "{");
    expect([made(shelf).get("a.md"), made(shelf).get("b.md")]).toEqual([null, null]);
  });
  it("makes room by the oldest, and touches nothing else", () => {
    const shelf = new Shelf();
    shelf.setItem("loomwork.language", '"zh"');
    const drafts = made(shelf);
    for (let n = 0; n < 50; n++) drafts.keep(`${n}`, "text");
    expect([drafts.get("9"), drafts.get("10"), shelf.length]).toEqual([null, "text", 41]);
  });
  it("that the browser does not take stays while the page is open, and would be lost with it", () => {
    const shelf = new Shelf();
    const drafts = made(shelf);
    shelf.isFull = true;
    drafts.keep("a.md", "mine");
    expect([drafts.get("a.md"), wouldLose()]).toEqual(["mine", true]);
    shelf.isFull = false;
    drafts.keep("a.md", "mine, again");
    expect([drafts.get("a.md"), wouldLose()]).toEqual(["mine, again", false]);
  });
  it("in a browser that keeps nothing is dropped for good", () => {
    const drafts = made(null);
    drafts.keep("a.md", "mine");
    expect(wouldLose()).toBe(true);
    drafts.drop("a.md");
    expect([drafts.get("a.md"), wouldLose()]).toEqual([null, false]);
  });
});
