import { definePage } from "../../app/pages";

export default definePage({
  id: "compare",
  group: "improve",
  order: 60,
  icon: "compare",
  label: { en: "Comparison", zh: "对比" },
  home: "/compare",
  patterns: ["/compare"],
  load: () => import("./ComparePage"),
});
