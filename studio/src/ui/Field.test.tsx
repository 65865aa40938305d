import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { NumberField, SelectField, TextField } from "./Field";

const nothing = (): void => undefined;

/** Label and control go together by one id. */
function isNamed(markup: string, tag: "input" | "select"): boolean {
  const of = /<label for="([^"]+)"/.exec(markup)?.[1];
  const id = new RegExp(`<${tag}[^>]* id="([^"]+)"`).exec(markup)?.[1];
  return of !== undefined && of === id;
}

describe("a field", () => {
  it("keeps its label where it is given an id", () => {
    const text = renderToStaticMarkup(createElement(TextField, { label: "Question", id: "q", hint: "as it is asked" }));
    const choice = renderToStaticMarkup(createElement(SelectField, { label: "Model", id: "m" }));
    expect([isNamed(text, "input"), isNamed(choice, "select")]).toEqual([true, true]);
    expect(text).toContain('aria-describedby="q-hint"');
  });
  it("has a label where it is given none", () =>
    expect(isNamed(renderToStaticMarkup(createElement(TextField, { label: "Question" })), "input")).toBe(true));
  it("for a number is marked and says what is wrong", () => {
    const rule = { form: "whole", least: 1, empty: "allowed" } as const;
    const at = (value: string): string =>
      renderToStaticMarkup(createElement(NumberField, { label: "Rows", rule, value, onChange: nothing }));
    expect(at("abc")).toContain('aria-invalid="true"');
    expect(at("abc")).toContain("not a whole number");
    expect(at("12")).not.toContain("aria-invalid");
  });
});
