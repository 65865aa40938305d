import { definePage } from "../../app/pages";

export default definePage({
  id: "prompts",
  group: "build",
  order: 30,
  icon: "prompt",
  label: { en: "Prompts", zh: "提示词" },
  home: "/prompts",
  patterns: ["/prompts", "/prompts/*name"],
  load: () => import("./PromptsPage"),
});
