/** Read the text of server-sent events, piece by piece as it arrives. Knows no network. */

export interface SseMessage {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

export class SseReader {
  private rest = "";
  private readonly decoder = new TextDecoder();
  private readonly give: (message: SseMessage) => void;

  constructor(give: (message: SseMessage) => void) {
    this.give = give;
  }

  push(piece: Uint8Array): void {
    this.rest += this.decoder.decode(piece, { stream: true });
    for (;;) {
      const end = this.rest.indexOf("\n\n");
      if (end < 0) return;
      const block = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + 2);
      const message = read(block);
      if (message) this.give(message);
    }
  }
}

function read(block: string): SseMessage | null {
  let event = "message";
  let id = "";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    else if (field === "id") id = value;
    else if (field === "data") data.push(value);
  }
  return data.length ? { event, data: data.join("\n"), id } : null;
}
