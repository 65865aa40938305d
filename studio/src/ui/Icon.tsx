/** The page's icons: strokes on a 16 px square, in the colour of their text. */
const PATHS = {
  grid: "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6",
  compare: "M8 2.5v11M2.5 4.5h3M2.5 8h3M2.5 11.5h3M10.5 4.5h3M10.5 8h3M10.5 11.5h3",
  matrix: "M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5H9z",
  board: "M2.5 3h3v10h-3zM6.5 3h3v6h-3zM10.5 3h3v8h-3z",
  play: "M5 3.2v9.6l7.5-4.8z",
  flask: "M6.5 2.5h3M7 2.5v4L3.5 12a1 1 0 0 0 .9 1.5h7.2a1 1 0 0 0 .9-1.5L9 6.5v-4M5 10h6",
  prompt: "M4 2.5h5.5L12 5v8.5H4zM9.5 2.5V5H12M6 8h4M6 10.5h4",
  trace: "M2.5 4h6M5 8h6.5M8 12h5.5",
  talk: "M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z",
  data: "M3 4c0-1 2.2-1.5 5-1.5S13 3 13 4s-2.2 1.5-5 1.5S3 5 3 4zM3 4v8c0 1 2.2 1.5 5 1.5s5-.5 5-1.5V4M3 8c0 1 2.2 1.5 5 1.5S13 9 13 8",
  book: "M3 3.5c2-.8 3.7-.6 5 .5 1.3-1.1 3-1.3 5-.5v9c-2-.8-3.7-.6-5 .5-1.3-1.1-3-1.3-5-.5zM8 4v9",
  pulse: "M2 8.5h3l1.5-4 3 8 1.5-4h3",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2",
  sun: "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M3.6 12.4l1-1M11.4 4.6l1-1",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
  half: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8 2.5v11M8 5l4.5 0M8 8h5.5M8 11h4.5",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  up: "M4 10l4-4 4 4",
  left: "M10 4L6 8l4 4",
  stop: "M4 4h8v8H4z",
  plan: "M3 4.5l1 1 1.5-2M3 8.5l1 1 1.5-2M3 12.5l1 1 1.5-2M8 4.5h5M8 8.5h5M8 12.5h5",
  why: "M6 6a2 2 0 1 1 3 1.7c-.7.4-1 .8-1 1.6M8 11.6v.1M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12z",
  save: "M8 2.5v7M5 7l3 3 3-3M3 12.5h10",
  copy: "M5.5 5.5h7v7h-7zM10.5 5.5v-2h-7v7h2",
  pen: "M3 13l.6-2.8 7-7 2.2 2.2-7 7zM9.4 4.4l2.2 2.2",
  file: "M4 2.5h5.5L12 5v8.5H4z",
  link: "M6.5 9.5l3-3M7 4.5l1.3-1.3a2.6 2.6 0 0 1 3.6 3.6L10.5 8M9 11.5l-1.3 1.3a2.6 2.6 0 0 1-3.6-3.6L5.5 8",
  key: "M2.5 4.5h11v7h-11zM5 7h.1M8 7h.1M11 7h.1M5.5 9.5h5",
  warn: "M8 2.5l6 11H2zM8 6.5v3M8 11.4v.1",
  plus: "M8 3v10M3 8h10",
  more: "M3.5 8h.1M8 8h.1M12.5 8h.1",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.35"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
