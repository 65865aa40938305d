/**
 * The virtualised table: an ARIA grid of one-line cells, of which only those on screen exist. The grid itself holds the
 * focus and names the cell that one is at (`aria-activedescendant`), so that a row may leave the screen. Knows no data.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { isStill } from "../look/theme";

export interface GridColumn {
  readonly key: string;
  readonly head: ReactNode;
  readonly width: number;
  /** Its part of the width that is left over; 0 keeps `width`. */
  readonly grow?: number;
  /** Stands still when the table is scrolled sideways; frozen ones come first. */
  readonly frozen?: boolean;
  readonly align?: "end";
  readonly sort?: "ascending" | "descending" | "none";
}

export interface GridAt {
  readonly row: number;
  readonly column: number;
}

export interface GridHandle {
  focus(): void;
  reveal(row: number): void;
}

export interface GridProps {
  label: string;
  columns: readonly GridColumn[];
  rows: number;
  /** What a row is, wherever it stands; else its place. */
  rowKey?: (row: number) => number | string;
  /** What a row shows: a row is drawn anew when this changes, or when `drawing` does. */
  version: (row: number) => number | string;
  /** What all rows show besides. */
  drawing?: unknown;
  cell: (row: number, column: number) => ReactNode;
  cellClass?: (row: number, column: number) => string;
  /** Changes when a cell's value does: then the cell flashes, where it is on screen. */
  stamp?: (row: number, column: number) => number | string;
  at: GridAt | null;
  onAt: (at: GridAt) => void;
  /** Enter, or a click. */
  onOpen?: (at: GridAt) => void;
  onLeave?: () => void;
  isOpen?: boolean;
  /** Which rows are on screen: for what is loaded as it is needed. */
  onSeen?: (first: number, last: number) => void;
  rowHeight?: number;
  handle?: React.Ref<GridHandle>;
}

const OVERSCAN = 12;
const FLASH_MS = 700;

/** Widths for a box: what is left over goes to those that grow. */
export function widthsOf(columns: readonly GridColumn[], room: number): number[] {
  const least = columns.reduce((sum, column) => sum + column.width, 0);
  const growing = columns.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  const spare = Math.max(0, room - least);
  return columns.map((column) => column.width + (growing ? Math.floor((spare * (column.grow ?? 0)) / growing) : 0));
}

function useRoom(ref: React.RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const measure = (): void => setRoom(box.clientWidth);
    measure();
    const seen = new ResizeObserver(measure);
    seen.observe(box);
    return () => seen.disconnect();
  }, [ref]);
  return room;
}

const placed = (column: number, frozen: boolean): CSSProperties => ({
  width: `var(--w${column})`,
  ...(frozen ? { left: `var(--l${column})` } : {}),
});

const told = (column: number, isAt: boolean, isHead: boolean) => ({
  role: isHead ? "rowheader" : "gridcell",
  "aria-colindex": column + 1,
  "aria-selected": isAt,
});

interface RowProps {
  id: string;
  row: number;
  start: number;
  columns: readonly GridColumn[];
  at: number;
  version: number | string;
  drawing: unknown;
  parts: React.RefObject<GridProps>;
}

const Row = memo(function Row({ id, row, start, columns, at, parts }: RowProps) {
  const { cell, cellClass, stamp } = parts.current;
  const box = useRef<HTMLDivElement>(null);
  const stamps = useRef<{ columns: readonly GridColumn[]; of: (number | string)[] } | null>(null);
  useEffect(() => {
    if (!stamp) return;
    const now = columns.map((_, column) => stamp(row, column));
    const before = stamps.current;
    stamps.current = { columns, of: now };
    if (!before || before.columns.length !== columns.length || isStill()) return;
    for (const [column, value] of now.entries()) {
      if (before.of[column] === value) continue;
      box.current?.children[column]?.animate([{ backgroundColor: "var(--flash)" }, {}], {
        duration: FLASH_MS,
        easing: "ease-out",
      });
    }
  });
  return (
    <div
      ref={box}
      className="grid-row"
      role="row"
      aria-rowindex={row + 2}
      style={{ transform: `translateY(${start}px)` }}
    >
      {columns.map((column, i) => (
        <div
          key={column.key}
          id={`${id}-${row}-${i}`}
          {...told(i, i === at, i === 0 && column.frozen === true)}
          data-column={i}
          className={["grid-cell", column.frozen && "frozen", column.align, i === at && "at", cellClass?.(row, i)]
            .filter(Boolean)
            .join(" ")}
          style={placed(i, column.frozen === true)}
        >
          {cell(row, i)}
        </div>
      ))}
    </div>
  );
});

export function Grid(props: GridProps) {
  const { label, columns, rows, at, onAt, onOpen, onLeave, isOpen, onSeen, rowHeight = 34, handle } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box);
  const parts = useRef(props);
  parts.current = props;
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    getItemKey: props.rowKey ?? ((row) => row),
    scrollPaddingStart: rowHeight,
    useFlushSync: false,
  });
  // Rows look at a column's place only: a head that changes (a mean, a badge) draws no row anew.
  const shape = JSON.stringify(columns.map(({ key, frozen, align }) => [key, frozen, align]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape decides
  const places = useMemo(() => columns, [shape]);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows > 0) onSeen?.(first, last);
  }, [first, last, rows, onSeen]);

  const widths = widthsOf(columns, room);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const variables: Record<string, string> = {};
  let left = 0;
  let frozen = 0;
  for (const [i, width] of widths.entries()) {
    variables[`--w${i}`] = `${width}px`;
    variables[`--l${i}`] = `${left}px`;
    left += width;
    if (columns[i]?.frozen) frozen = left;
  }

  const reveal = (to: GridAt): void => {
    virtual.scrollToIndex(to.row, { align: "auto" });
    const scroller = box.current;
    if (!scroller || columns[to.column]?.frozen) return;
    const begin = widths.slice(0, to.column).reduce((sum, width) => sum + width, 0);
    const end = begin + (widths[to.column] ?? 0);
    if (begin - frozen < scroller.scrollLeft) scroller.scrollLeft = begin - frozen;
    else if (end > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = end - scroller.clientWidth;
  };
  // What one is at stays in sight when a panel takes some of the width.
  const latest = useRef(reveal);
  latest.current = reveal;
  const here = useRef(at);
  here.current = at;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the width decides
  useEffect(() => {
    if (here.current && isOpen) latest.current(here.current);
  }, [room, isOpen, places]);
  // Nobody has gone anywhere yet: the arrows should work at once.
  const hasRows = rows > 0;
  useEffect(() => {
    if (hasRows && document.activeElement === document.body) box.current?.focus({ preventScroll: true });
  }, [hasRows]);
  useImperativeHandle(handle, () => ({
    focus: () => box.current?.focus(),
    reveal: (row) => virtual.scrollToIndex(row, { align: "auto" }),
  }));

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.altKey || rows === 0) return;
    const from = at ?? { row: 0, column: 0 };
    const far = event.ctrlKey || event.metaKey;
    const screen = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 2);
    const to = moved(event.key, from, { far, screen, rows, columns: columns.length });
    if (to) {
      event.preventDefault();
      onAt(to);
      reveal(to);
    } else if (event.key === "Enter" && onOpen) {
      event.preventDefault();
      onOpen(from);
    } else if (event.key === "Escape" && onLeave) {
      event.preventDefault();
      onLeave();
    }
  };
  const onClick = (event: MouseEvent): void => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-column]");
    const row = cell?.parentElement?.getAttribute("aria-rowindex");
    if (!cell || !row || (event.target as Element).closest("a,button")) return;
    const to = { row: Number(row) - 2, column: Number(cell.dataset.column) };
    onAt(to);
    onOpen?.(to);
  };
  const isShown = at !== null && at.row >= first && at.row <= last && rows > 0;
  return (
    <div
      ref={box}
      className={isOpen ? "grid is-open" : "grid"}
      role="grid"
      aria-label={label}
      aria-rowcount={rows + 1}
      aria-colcount={columns.length}
      aria-activedescendant={isShown ? `${id}-${at.row}-${at.column}` : undefined}
      tabIndex={0}
      style={{ ...variables, "--row": `${rowHeight}px` } as CSSProperties}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div className="grid-head" role="row" aria-rowindex={1} style={{ width: total }}>
        {columns.map((column, i) => (
          <div
            key={column.key}
            role="columnheader"
            aria-colindex={i + 1}
            aria-sort={column.sort}
            className={["grid-cell", column.frozen && "frozen", column.align].filter(Boolean).join(" ")}
            style={placed(i, column.frozen === true)}
          >
            {column.head}
          </div>
        ))}
      </div>
      <div className="grid-space" role="rowgroup" style={{ height: virtual.getTotalSize(), width: total }}>
        {items.map((item) => (
          <Row
            key={item.key}
            id={id}
            row={item.index}
            start={item.start}
            columns={places}
            at={at?.row === item.index ? at.column : -1}
            version={props.version(item.index)}
            drawing={props.drawing}
            parts={parts}
          />
        ))}
      </div>
    </div>
  );
}

interface Bounds {
  far: boolean;
  screen: number;
  rows: number;
  columns: number;
}

/** Where a key leads from a cell, or null where it does not move. */
export function moved(key: string, { row, column }: GridAt, { far, screen, rows, columns }: Bounds): GridAt | null {
  const last = rows - 1;
  const within = (to: number): number => Math.max(0, Math.min(last, to));
  switch (key) {
    case "ArrowDown":
      return { row: far ? last : within(row + 1), column };
    case "ArrowUp":
      return { row: far ? 0 : within(row - 1), column };
    case "PageDown":
      return { row: within(row + screen), column };
    case "PageUp":
      return { row: within(row - screen), column };
    case "ArrowRight":
      return { row, column: far ? columns - 1 : Math.min(columns - 1, column + 1) };
    case "ArrowLeft":
      return { row, column: far ? 0 : Math.max(0, column - 1) };
    case "Home":
      return { row: far ? 0 : row, column: 0 };
    case "End":
      return { row: far ? last : row, column: columns - 1 };
    default:
      return null;
  }
}
