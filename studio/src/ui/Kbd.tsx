import { shownKey } from "../app/actions";

const ARROWS: Record<string, string> = {
  ArrowUp: "M8 12V4M5 7l3-3 3 3",
  ArrowDown: "M8 4v8M5 9l3 3 3-3",
  ArrowLeft: "M12 8H4M7 5L4 8l3 3",
  ArrowRight: "M4 8h8M9 5l3 3-3 3",
};

function Key({ name }: { name: string }) {
  const arrow = ARROWS[name];
  return (
    <kbd>
      {arrow ? (
        <svg
          width="10"
          height="10"
          viewBox="0 0 16 16"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          role="img"
          aria-label={name}
        >
          <path d={arrow} />
        </svg>
      ) : (
        name
      )}
    </kbd>
  );
}

/** Keys as they stand on the keyboard; those with a space between them are alternatives. */
export function Keys({ of }: { of: string }) {
  return (
    <span className="row" style={{ gap: 3, display: "inline-flex" }}>
      {of.split(" ").flatMap((key) => shownKey(key).map((part) => <Key key={key + part} name={part} />))}
    </span>
  );
}
