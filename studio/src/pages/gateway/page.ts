import { definePage } from "../../app/pages";

export default definePage({
  id: "gateway",
  group: "observe",
  order: 47,
  icon: "key",
  label: { en: "Gateway", zh: "网关" },
  home: "/gateway",
  patterns: ["/gateway", "/gateway/audit", "/gateway/releases"],
  load: () => import("./GatewayPage"),
});
