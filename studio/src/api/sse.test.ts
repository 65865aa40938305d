import { describe, expect, test } from "vitest";
import { type SseMessage, SseReader } from "./sse";

const read = (pieces: Uint8Array[]): SseMessage[] => {
  const found: SseMessage[] = [];
  const reader = new SseReader((message) => found.push(message));
  for (const piece of pieces) reader.push(piece);
  return found;
};
const text = 'id: 12\nevent: batch\ndata: {"rows":["退款"]}\n\n: still here\n\nevent: end\ndata: {}\n\n';

describe("server-sent events", () => {
  test("messages are whole, beats are silent", () => {
    expect(read([new TextEncoder().encode(text)])).toEqual([
      { id: "12", event: "batch", data: '{"rows":["退款"]}' },
      { id: "", event: "end", data: "{}" },
    ]);
  });
  test("where the network cuts does not matter, within a character neither", () => {
    const bytes = new TextEncoder().encode(text);
    const pieces = [...bytes].map((byte) => new Uint8Array([byte]));
    expect(read(pieces)).toEqual(read([bytes]));
  });
});
