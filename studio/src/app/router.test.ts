import { describe, expect, test } from "vitest";
import { address, match, withQuery } from "./router";

describe("addresses", () => {
  test("a pattern's places take what stands there, decoded", () => {
    expect(match("/runs/:run", "/runs/a%2Fb")).toEqual({ run: "a/b" });
    expect(match("/runs/:run", "/runs")).toBeNull();
    expect(match("/runs", "/runs/x")).toBeNull();
  });
  test("a star takes the rest, slashes too", () => {
    expect(match("/datasets/*path", "/datasets/data/a%20b.jsonl")).toEqual({ path: "data/a b.jsonl" });
    expect(match("/datasets/*path", "/datasets")).toBeNull();
  });
  test("an address that cannot be decoded is taken as it stands", () => {
    expect(match("/runs/:run", "/runs/%zz")).toEqual({ run: "%zz" });
  });
  test("what is put into an address comes out of it", () => {
    const path = address("/datasets/*path", { path: "data/问题 1.jsonl" }, { q: "a&b", only: "" });
    expect(match("/datasets/*path", path.split("?")[0] ?? "")).toEqual({ path: "data/问题 1.jsonl" });
    expect(new URLSearchParams(path.split("?")[1]).get("q")).toBe("a&b");
    expect(path).not.toContain("only");
  });
  test("empty values leave the query", () => {
    expect(withQuery({ path: "/runs", query: "?q=a&only=failed" }, { q: "", cell: 3 })).toBe(
      "/runs?only=failed&cell=3",
    );
  });
});
