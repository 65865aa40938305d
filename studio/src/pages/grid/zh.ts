import type { Translation } from "../../i18n/words";
import type { en } from "./en";

export const zh: Translation<typeof en> = {
  runs: "运行",
  run: "运行",
  started: "开始时间",
  target: "目标",
  status: "状态",
  items: "样本",
  cells: "单元格",
  hits: "命中",
  cost: "费用",
  time: "用时",
  data: "数据",
  noRuns: "还没有运行",
  noRunsHow: "在这里按 R 开始，或在终端执行 `loomwork run app:answer --data data/questions.jsonl`。",
  filterRuns: "按目标、数据或编号筛选",
  running: "运行中",
  done: "完成",
  failed: "失败",
  stopped: "已停止",
  crashed: "已崩溃",
};
