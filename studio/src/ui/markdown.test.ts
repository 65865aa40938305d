import { describe, expect, test } from "vitest";
import { blocksOf, inlineOf, leadsTo } from "./markdown";

describe("Markdown", () => {
  test("HTML is text", () => {
    expect(blocksOf("<img src=x onerror=alert(1)>")).toEqual([
      { is: "paragraph", inner: [{ is: "text", text: "<img src=x onerror=alert(1)>" }] },
    ]);
  });
  test("an image is named, not fetched", () => {
    expect(inlineOf("![a](https://evil.example/x.png)")).toEqual([
      { is: "image", text: "a", url: "https://evil.example/x.png" },
    ]);
  });
  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    " java\nscript:x",
    "vbscript:x",
    "//evil.example",
    "file:///etc/passwd",
  ])("a link to %s leads nowhere", (url) => expect(leadsTo(url)).toBeNull());
  test("a link says its host, and one that only looks like another is told in ASCII", () => {
    expect(leadsTo("https://example.com:8443/a")?.host).toBe("example.com:8443");
    expect(leadsTo("https://exаmple.com/")?.host).toContain("xn--");
  });
  test("headings, lists, code, quotes and tables", () => {
    const text = "# A\n\n- one\n- **two**\n\n```py\nx = 1\n```\n\n> said\n\n|a|b|\n|-|-|\n|1|2|\n";
    expect(blocksOf(text).map((block) => block.is)).toEqual(["heading", "list", "code", "quote", "table"]);
  });
  test("an unclosed fence ends with the text", () => {
    expect(blocksOf("```\nx")).toEqual([{ is: "code", text: "x" }]);
  });
  test.each(["[".repeat(3000), "*".repeat(3000), "`".repeat(3000), "> ".repeat(500), "![](".repeat(1000)])(
    "a text made to be slow is not",
    (text) => {
      const began = performance.now();
      blocksOf(text);
      expect(performance.now() - began).toBeLessThan(1000);
    },
  );
});
