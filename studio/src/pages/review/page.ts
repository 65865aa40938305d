import { definePage } from "../../app/pages";

export default definePage({
  id: "review",
  group: "improve",
  order: 64,
  icon: "plan",
  label: { en: "Review", zh: "评审" },
  home: "/review",
  patterns: ["/review", "/review/:review"],
  load: () => import("./ReviewPage"),
});
