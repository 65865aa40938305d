import { definePage } from "../../app/pages";

export default definePage({
  id: "matrix",
  group: "improve",
  order: 62,
  icon: "matrix",
  label: { en: "Matrix", zh: "矩阵" },
  home: "/matrix",
  patterns: ["/matrix", "/matrix/:matrix"],
  load: () => import("./MatrixPage"),
});
