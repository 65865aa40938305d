import { definePage } from "../../app/pages";

export default definePage({
  id: "cases",
  group: "improve",
  order: 66,
  icon: "board",
  label: { en: "Cases", zh: "问题单" },
  home: "/cases",
  patterns: ["/cases"],
  load: () => import("./CasesPage"),
});
