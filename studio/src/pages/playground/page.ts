import { definePage } from "../../app/pages";

export default definePage({
  id: "playground",
  group: "build",
  order: 20,
  icon: "flask",
  label: { en: "Playground", zh: "试验场" },
  home: "/playground",
  patterns: ["/playground"],
  load: () => import("./PlaygroundPage"),
});
