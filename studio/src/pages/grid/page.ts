import { definePage } from "../../app/pages";

export default definePage({
  id: "grid",
  group: "build",
  order: 10,
  icon: "grid",
  label: { en: "Runs", zh: "运行" },
  home: "/runs",
  patterns: ["/runs", "/runs/:run"],
  load: () => import("./GridPage"),
});
