/** Markdown shown: HTML is text, images are named and not fetched, links say where they lead. */
import { Fragment, useMemo } from "react";
import { frame } from "../i18n/frame";
import { useWords } from "../i18n/words";
import { type Block, blocksOf, type Inline, leadsTo } from "./markdown";

export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <div className="markdown theirs">
      <Blocks of={blocks} />
    </div>
  );
}

function Blocks({ of }: { of: readonly Block[] }) {
  return of.map((block, i) => <One key={keyAt(i)} block={block} />);
}

/** Parts of a text have no name but their place. */
const keyAt = (i: number): string => `p${i}`;

function One({ block }: { block: Block }) {
  switch (block.is) {
    case "heading":
      return (
        <p role="heading" aria-level={Math.min(6, block.level + 3)} style={{ fontWeight: 600 }}>
          <Parts of={block.inner} />
        </p>
      );
    case "paragraph":
      return (
        <p className="textview">
          <Parts of={block.inner} />
        </p>
      );
    case "code":
      return (
        <pre className="box textview">
          <code>{block.text}</code>
        </pre>
      );
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List>
          {block.items.map((item, i) => (
            <li key={keyAt(i)}>
              <Parts of={item} />
            </li>
          ))}
        </List>
      );
    }
    case "quote":
      return (
        <blockquote>
          <Blocks of={block.blocks} />
        </blockquote>
      );
    case "table":
      return (
        <table className="table">
          <tbody>
            {block.rows.map((row, i) => (
              <tr key={keyAt(i)}>
                {row.map((cell, n) => (
                  <td key={keyAt(n)}>
                    <Parts of={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    case "rule":
      return <hr />;
  }
}

function Parts({ of }: { of: readonly Inline[] }) {
  return of.map((part, i) => (
    <Fragment key={keyAt(i)}>
      <Part part={part} />
    </Fragment>
  ));
}

function Part({ part }: { part: Inline }) {
  const t = useWords(frame);
  switch (part.is) {
    case "text":
      return part.text;
    case "code":
      return <code>{part.text}</code>;
    case "strong":
      return (
        <strong>
          <Parts of={part.inner} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Parts of={part.inner} />
        </em>
      );
    case "image":
      return (
        <span className="dim">
          [{t.image}: {part.text} {leadsTo(part.url)?.host ?? ""}]
        </span>
      );
    case "link": {
      const to = leadsTo(part.url);
      if (!to)
        return (
          <>
            <Parts of={part.inner} /> <span className="dim">({part.url})</span>
          </>
        );
      return (
        <a href={to.href} target="_blank" rel="noopener noreferrer">
          <Parts of={part.inner} /> <span className="dim">({to.host})</span>
        </a>
      );
    }
  }
}
