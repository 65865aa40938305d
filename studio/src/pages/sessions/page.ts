import { definePage } from "../../app/pages";

export default definePage({
  id: "sessions",
  group: "observe",
  order: 45,
  icon: "talk",
  label: { en: "Sessions", zh: "会话" },
  home: "/sessions",
  patterns: ["/sessions"],
  load: () => import("./SessionsPage"),
});
