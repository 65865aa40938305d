import { definePage } from "../../app/pages";

export default definePage({
  id: "monitor",
  group: "observe",
  order: 42,
  icon: "pulse",
  label: { en: "Monitor", zh: "监控" },
  home: "/monitor",
  patterns: ["/monitor", "/monitor/requests"],
  load: () => import("./MonitorPage"),
});
