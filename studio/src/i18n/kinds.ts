/** Names that the server gives things by, as people read them: kinds of calls, roles, origins. Knows no component. */
import { defineWords, type Language, language } from "./words";

const kinds = defineWords(
  {
    step: "step",
    model: "model",
    ask: "model call",
    search: "search",
    rerank: "rerank",
    embed: "embedding",
    tool: "tool",
    agent: "agent",
    guard: "guard",
    scorer: "scorer",
    scoring: "scoring",
    score: "score",
    target: "target",
    build: "build",
    replay: "replay",
    session: "session",
    server: "server",
  },
  {
    step: "步骤",
    model: "模型",
    ask: "模型调用",
    search: "检索",
    rerank: "重排",
    embed: "向量化",
    tool: "工具",
    agent: "智能体",
    guard: "护栏",
    scorer: "评分器",
    scoring: "评分",
    score: "得分",
    target: "目标",
    build: "构建",
    replay: "回放",
    session: "会话",
    server: "服务",
  },
);

const roles = defineWords(
  {
    system: "system",
    developer: "developer",
    user: "user",
    assistant: "assistant",
    tool: "tool",
    retrieved: "retrieved",
    web: "web",
    model: "model",
  },
  {
    system: "系统",
    developer: "开发者",
    user: "用户",
    assistant: "助手",
    tool: "工具",
    retrieved: "检索所得",
    web: "网页",
    model: "模型",
  },
);

const causes = defineWords(
  {
    code: "code",
    constant: "constant",
    class: "class",
    default: "default argument",
    closure: "closure",
    decorator: "decorator",
    module: "module",
    package: "package",
    setting: "setting",
    "document changed": "document changed",
    "document added": "document added",
    "document removed": "document removed",
    "further documents": "further documents",
    file: "file",
    prompt: "prompt",
    folder: "folder",
    database: "database",
    environment: "environment",
    input: "input",
    outside: "outside",
    upstream: "upstream",
    new: "new",
    failed: "failed before",
    refresh: "refresh",
    expired: "expired",
    "not memoised": "not memoised",
    draw: "sampled answer",
    unknown: "unknown",
    attribute: "attribute",
    field: "field",
    effect: "at import",
  },
  {
    code: "代码",
    constant: "常量",
    class: "类",
    default: "默认参数",
    closure: "闭包",
    decorator: "装饰器",
    module: "模块",
    package: "软件包",
    setting: "设置",
    "document changed": "改动的文档",
    "document added": "新增的文档",
    "document removed": "移除的文档",
    "further documents": "另有文档",
    file: "文件",
    prompt: "提示词",
    folder: "文件夹",
    database: "数据库",
    environment: "环境变量",
    input: "输入",
    outside: "外部",
    upstream: "上游",
    new: "新步骤",
    failed: "之前失败",
    refresh: "强制刷新",
    expired: "已过期",
    "not memoised": "未缓存",
    draw: "抽样回答",
    unknown: "未知",
    attribute: "属性",
    field: "字段",
    effect: "导入时执行",
  },
);

/** Of some names one, in the person's language; a name that is not known as it came. */
const namedBy =
  (words: { readonly en: Readonly<Record<string, string>>; readonly zh: Readonly<Record<string, string>> }) =>
  (name: string, spoken: Language = language.get()): string =>
    words[spoken][name] ?? name;

/** A kind of call. */
export const kindName = namedBy(kinds);
/** Who says something, or where a text came from. */
export const roleName = namedBy(roles);
/** What made a call run. */
export const causeName = namedBy(causes);

const seen: readonly (readonly [RegExp, string])[] = [
  [/^content /, "内容 "],
  [/^value /, "值 "],
  [/^no such file$/, "没有这个文件"],
  [/^no such folder$/, "没有这个文件夹"],
  [/^unreadable$/, "无法读取"],
  [/^set$/, "已设置"],
  [/^(\d+) entries, /, "$1 项，"],
  [/^(\d+) variables, /, "$1 个变量，"],
];

/** What was seen of a file, a folder or a variable; what is not known as it came. */
export function seenOf(text: string, spoken: Language): string {
  const found = spoken === "zh" && seen.find(([said]) => said.test(text));
  return found ? text.replace(found[0], found[1]) : text;
}

const reasons = defineWords(
  {
    "input: new": "new input",
    "input: new draw": "new draw",
    "failed: it failed before": "it failed before",
    "not memoised: cache off": "not memoised: cache off",
  },
  {
    "input: new": "新的输入",
    "input: new draw": "新的抽样",
    "failed: it failed before": "之前失败",
    "not memoised: cache off": "未缓存：缓存已关闭",
  },
);
const reasonName = namedBy(reasons);

/** Why calls would run: what kind of cause it is, and what it is about. */
export function reasonText(kind: string, names: string, spoken: Language = language.get()): string {
  if (!names) return causeName(kind, spoken);
  const whole = `${kind}: ${names}`;
  const known = reasonName(whole, spoken);
  if (known !== whole || spoken === "en") return known;
  return `${causeName(kind, spoken)}：${names}`;
}
