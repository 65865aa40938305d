/** A document's text, cut where its chunks begin and end. Places count characters, as the API does. Knows no component. */
import type { components } from "../../api/client";

export type Chunk = components["schemas"]["DocumentChunk"];

/** A text that is cut by characters: a browser's own places count some of them twice. */
export interface Sliced {
  readonly length: number;
  slice(from: number, to: number): string;
}

export function sliced(text: string): Sliced {
  if (!/[\ud800-\udbff]/.test(text)) return { length: text.length, slice: (from, to) => text.slice(from, to) };
  const points = Array.from(text);
  return { length: points.length, slice: (from, to) => points.slice(from, to).join("") };
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface Piece extends Place {
  readonly text: string;
  /** The chunks that it lies in, by their number. */
  readonly chunks: readonly number[];
  /** Chunks that begin here. */
  readonly begins: readonly number[];
  readonly isMarked: boolean;
}

/** The text from `start` in pieces; together they are the text. `mark` is a place that is pointed at. */
export function piecesOf(text: string, start: number, chunks: readonly Chunk[], mark: Place | null): Piece[] {
  const whole = sliced(text);
  const end = start + whole.length;
  const cuts = new Set([start, end]);
  const cut = (at: number): void => {
    if (at > start && at < end) cuts.add(at);
  };
  for (const each of chunks) {
    cut(each.start);
    cut(each.end);
  }
  if (mark) {
    cut(mark.start);
    cut(mark.end);
  }
  const places = [...cuts].sort((a, b) => a - b);
  const found: Piece[] = [];
  let first = 0;
  for (let i = 0; i + 1 < places.length; i += 1) {
    const from = places[i] ?? 0;
    const to = places[i + 1] ?? 0;
    while (first < chunks.length && (chunks[first]?.end ?? 0) <= from) first += 1;
    const within: number[] = [];
    const begins: number[] = [];
    for (let n = first; n < chunks.length && (chunks[n]?.start ?? 0) <= from; n += 1) {
      if ((chunks[n]?.end ?? 0) <= from) continue;
      within.push(n);
      if (chunks[n]?.start === from) begins.push(n);
    }
    const isMarked = mark !== null && from >= mark.start && to <= mark.end;
    found.push({ start: from, end: to, text: whole.slice(from - start, to - start), chunks: within, begins, isMarked });
  }
  return found;
}

/** `120-480` in the address. */
export function placeOf(text: string): Place | null {
  const found = /^(\d+)-(\d+)$/.exec(text);
  return found ? { start: Number(found[1]), end: Number(found[2]) } : null;
}

/** The chunk that is pointed at: that very one, else the one that holds the place's beginning. */
export function chunkAt(chunks: readonly Chunk[], at: Place | null): number {
  if (!at) return -1;
  const same = chunks.findIndex((each) => each.start === at.start && each.end === at.end);
  return same >= 0 ? same : chunks.findIndex((each) => each.start <= at.start && at.start < each.end);
}

/** How much a chunk shares with its neighbours, in characters. */
export function overlapsOf(chunks: readonly Chunk[], at: number): { before: number; after: number } {
  const chunk = chunks[at];
  const shared = (a: Chunk | undefined, b: Chunk | undefined): number =>
    a && b ? Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start)) : 0;
  return { before: shared(chunks[at - 1], chunk), after: shared(chunk, chunks[at + 1]) };
}

export interface Cited {
  readonly text: string;
  /** Numbers of citations that stand behind it, from 0. */
  readonly citations: readonly number[];
  readonly isUnsupported: boolean;
}

/** An answer cut behind each sentence that is cited or that nothing supports. */
export function citedParts(answer: string, sentences: readonly string[], unsupported: readonly string[]): Cited[] {
  const ends = new Map<number, { from: number; citations: number[]; isUnsupported: boolean }>();
  const note = (sentence: string, citation: number): void => {
    const from = sentence ? answer.indexOf(sentence) : -1;
    if (from < 0) return;
    const end = from + sentence.length;
    const held = ends.get(end) ?? { from, citations: [], isUnsupported: false };
    if (citation >= 0) held.citations.push(citation);
    else held.isUnsupported = true;
    ends.set(end, held);
  };
  for (const [i, sentence] of sentences.entries()) note(sentence, i);
  for (const sentence of unsupported) note(sentence, -1);
  const found: Cited[] = [];
  let at = 0;
  const marks = (): void => {
    // The answer's own marks of its citations: buttons stand in their place.
    at += /^(?:\s*\[\d+\])*/.exec(answer.slice(at))?.[0].length ?? 0;
  };
  for (const [end, { from, citations, isUnsupported }] of [...ends].sort(([a], [b]) => a - b)) {
    if (from > at) found.push({ text: answer.slice(at, from), citations: [], isUnsupported: false });
    found.push({ text: answer.slice(Math.max(at, from), end), citations, isUnsupported });
    at = end;
    if (citations.length > 0) marks();
  }
  if (at < answer.length) found.push({ text: answer.slice(at), citations: [], isUnsupported: false });
  return found;
}
