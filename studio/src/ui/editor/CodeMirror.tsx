/** CodeMirror in our colours, with the page's nonce for its styles. */
import { history, historyKeymap, insertNewlineKeepIndent } from "@codemirror/commands";
import { EditorState, type Extension, StateEffect, StateField, type Text } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
} from "@codemirror/view";
import { useEffect, useRef } from "react";

export interface EditorProps {
  label: string;
  value: string;
  onChange?: (value: string) => void;
  /** Ctrl-S / ⌘S. */
  onSave?: () => void;
  /** Esc. */
  onLeave?: () => void;
  readOnly?: boolean;
  kind?: "prompt" | "json" | "text";
  height?: number;
  autoFocus?: boolean;
  /** A line that something is wrong with, from 1. */
  fault?: { readonly line: number; readonly text: string } | null;
}

type Fault = NonNullable<EditorProps["fault"]>;
const setFault = StateEffect.define<Fault | null>();

/** The faulty line, marked until another text is checked. */
const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    for (const effect of change.effects) {
      if (!effect.is(setFault)) continue;
      const fault = effect.value;
      if (!fault || fault.line < 1 || fault.line > change.state.doc.lines) return Decoration.none;
      const { from } = change.state.doc.line(fault.line);
      const mark = Decoration.line({ class: "cm-fault", attributes: { title: fault.text } });
      return Decoration.set([mark.range(from)]);
    }
    return marks.map(change.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";

const colours = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--text)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "var(--code)", lineHeight: "19px", overflow: "auto" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--text-dim)", border: "none" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-fault": { backgroundColor: "var(--error-wash)", boxShadow: "inset 2px 0 0 var(--error)" },
  ".tok-slot": { color: "var(--kind-model)" },
  ".tok-head": { color: "var(--accent-text)", fontWeight: "600" },
  ".tok-key": { color: "var(--accent-text)" },
  ".tok-string": { color: "var(--ok)" },
});

type Marks = [RegExp, (found: RegExpExecArray, isHead: boolean) => string];
const marks: Record<NonNullable<EditorProps["kind"]>, Marks | null> = {
  prompt: [/\{\{.*?\}\}|\{%.*?%\}|^##\s.*$|^[\w-]+:(?=\s|$)/g, (found, isHead) => kindOf(found[0], isHead)],
  json: [/"(?:[^"\\]|\\.)*"(\s*:)?/g, (found) => (found[1] === undefined ? "tok-string" : "tok-key")],
  text: null,
};

/** Keys are keys in the settings above the text alone; empty: nothing in particular. */
function kindOf(text: string, isHead: boolean): string {
  if (isHead) return text.endsWith(":") ? "tok-key" : "";
  if (text.startsWith("{")) return "tok-slot";
  return text.startsWith("#") ? "tok-head" : "";
}

const MOST_SETTINGS = 500;

/** Where the settings between two lines of `---` at a prompt's start end; 0: it has none. */
function settingsEnd(doc: Text): number {
  if (doc.line(1).text.trimEnd() !== "---") return 0;
  for (let n = 2; n <= Math.min(doc.lines, MOST_SETTINGS); n++) {
    const line = doc.line(n);
    if (line.text.trimEnd() === "---") return line.to;
  }
  return 0;
}

function marked(kind: NonNullable<EditorProps["kind"]>): Extension {
  const found = marks[kind];
  if (!found) return [];
  const [regexp, classOf] = found;
  const decorator = new MatchDecorator({
    regexp,
    decoration: (match, view, at) => {
      const kind = classOf(match, at < settingsEnd(view.state.doc));
      return kind ? Decoration.mark({ class: kind }) : null;
    },
  });
  return ViewPlugin.define(
    (view) => ({
      decorations: decorator.createDeco(view),
      update(update) {
        // A line far above may have become the end of the settings: what is in sight is read anew.
        if (update.docChanged) this.decorations = decorator.createDeco(update.view);
        else this.decorations = decorator.updateDeco(update, this.decorations);
      },
    }),
    { decorations: (plugin) => plugin.decorations },
  );
}

/**
 * What is typed over a selection is put in by us: a browser would copy the colours of what it replaces into a style
 * attribute, which the page's policy forbids.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view;
    if (event.inputType !== "insertText" || event.data === null || state.readOnly || state.selection.main.empty)
      return false;
    event.preventDefault();
    view.dispatch(state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

export default function CodeMirror(props: EditorProps) {
  const { label, value, readOnly = false, kind = "prompt", height, autoFocus = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const initial = useRef(value);
  useEffect(() => {
    if (!place.current) return;
    const does = (work: (() => void) | undefined): boolean => {
      work?.();
      return work !== undefined;
    };
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          EditorView.cspNonce.of(nonce),
          keymap.of([
            { key: "Mod-s", run: () => does(latest.current.onSave), preventDefault: true },
            { key: "Escape", run: () => does(latest.current.onLeave) },
            // The other keys are the browser's own: CodeMirror's whole set brings 36 KB of language tools along.
            { key: "Enter", run: insertNewlineKeepIndent },
            ...historyKeymap,
          ]),
          history(),
          lineNumbers(),
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
          marked(kind),
          faults,
          typedOver,
          colours,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    if (autoFocus) made.focus();
    return () => made.destroy();
  }, [label, readOnly, kind, autoFocus]);
  useEffect(() => {
    const now = view.current;
    initial.current = value;
    if (now && now.state.doc.toString() !== value) {
      now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: value } });
    }
  }, [value]);
  const { fault = null } = props;
  const faultLine = fault?.line ?? 0;
  const faultText = fault?.text ?? "";
  useEffect(() => {
    view.current?.dispatch({ effects: setFault.of(faultLine > 0 ? { line: faultLine, text: faultText } : null) });
  }, [faultLine, faultText]);
  return (
    <div
      className="editor"
      ref={place}
      style={height ? ({ "--editor-height": `${height}px` } as React.CSSProperties) : undefined}
    />
  );
}
