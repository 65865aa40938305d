import { afterEach, describe, expect, test, vi } from "vitest";
import { createStore } from "./store";

const frames: (() => void)[] = [];
vi.stubGlobal("document", { hidden: false });
vi.stubGlobal("requestAnimationFrame", (work: () => void) => frames.push(work));
const frame = (): void => {
  for (const work of frames.splice(0)) work();
};

afterEach(() => frame());

describe("a store outside React", () => {
  test("a thousand changes are told of once, at the next frame", () => {
    const store = createStore(0);
    const heard = vi.fn();
    store.subscribe(heard);
    for (let i = 1; i <= 1000; i += 1) store.set(i);
    expect(store.get()).toBe(1000);
    expect(heard).not.toHaveBeenCalled();
    frame();
    expect(heard).toHaveBeenCalledTimes(1);
  });
  test("an equal value tells nobody", () => {
    const store = createStore({ a: 1 });
    const heard = vi.fn();
    store.subscribe(heard);
    store.set((now) => now);
    frame();
    expect(heard).not.toHaveBeenCalled();
  });
  test("a value changed in place has another version", () => {
    const store = createStore(new Map<string, number>());
    const before = store.version();
    store.get().set("a", 1);
    store.touch();
    expect(store.version()).not.toBe(before);
  });
  test("who has left hears nothing", () => {
    const store = createStore(0);
    const heard = vi.fn();
    store.subscribe(heard)();
    store.set(1);
    frame();
    expect(heard).not.toHaveBeenCalled();
  });
});
