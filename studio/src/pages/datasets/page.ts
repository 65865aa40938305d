import { definePage } from "../../app/pages";

export default definePage({
  id: "datasets",
  group: "improve",
  order: 50,
  icon: "data",
  label: { en: "Datasets", zh: "数据集" },
  home: "/datasets",
  patterns: ["/datasets", "/datasets/*path"],
  load: () => import("./DatasetsPage"),
});
