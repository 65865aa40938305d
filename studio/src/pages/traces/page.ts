import { definePage } from "../../app/pages";

export default definePage({
  id: "traces",
  group: "observe",
  order: 40,
  icon: "trace",
  label: { en: "Traces", zh: "调用链" },
  home: "/traces",
  patterns: ["/traces", "/traces/:trace"],
  load: () => import("./TracesPage"),
});
