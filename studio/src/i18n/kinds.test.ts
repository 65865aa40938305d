import { describe, expect, it } from "vitest";
import { reusedShare } from "./figures";
import { causeName, kindName, reasonText, roleName, seenOf } from "./kinds";

describe("names that the server gives things by", () => {
  it("are words in both languages", () => {
    expect([kindName("model", "zh"), kindName("step", "en")]).toEqual(["模型", "step"]);
    expect([roleName("system", "zh"), roleName("assistant", "en")]).toEqual(["系统", "assistant"]);
    expect([causeName("file", "zh"), causeName("new", "en")]).toEqual(["文件", "new"]);
  });
  it("say what was seen of a file", () => {
    expect(seenOf("content c07e", "zh")).toBe("内容 c07e");
    expect(seenOf("12 entries, c07e", "zh")).toBe("12 项，c07e");
    expect(seenOf("content c07e", "en")).toBe("content c07e");
    expect(seenOf("their own words", "zh")).toBe("their own words");
  });
  it("stay as they came where nobody knows them", () => expect(kindName("theirs", "zh")).toBe("theirs"));
});

describe("the reason of a plan", () => {
  it("is worded whole where it names no thing", () => {
    expect(reasonText("failed", "it failed before", "zh")).toBe("之前失败");
    expect(reasonText("failed", "it failed before", "en")).toBe("it failed before");
    expect(reasonText("expired", "", "zh")).toBe("已过期");
  });
  it("keeps the names of things", () => {
    expect(reasonText("code", "app.STYLE", "zh")).toBe("代码：app.STYLE");
    expect(reasonText("code", "app.STYLE", "en")).toBe("code: app.STYLE");
  });
});

it("counts what was reused over all calls of a run", () => {
  expect(reusedShare({ hits: 12, calls: 25 })).toBe("48%");
  expect(reusedShare({ hits: 0, calls: 0 })).toBe("");
});
