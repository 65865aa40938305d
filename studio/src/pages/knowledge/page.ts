import { definePage } from "../../app/pages";

export default definePage({
  id: "knowledge",
  group: "build",
  order: 35,
  icon: "book",
  label: { en: "Knowledge", zh: "知识库" },
  home: "/knowledge",
  patterns: ["/knowledge", "/knowledge/:base"],
  load: () => import("./KnowledgePage"),
});
