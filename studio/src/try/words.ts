/** The page's words in both languages, and nodes that follow when the language is changed. Knows no part of the page. */

const en = {
  language: "中文",
  languageLabel: "本页使用中文",
  ask: "Ask",
  question: "Your question",
  placeholder: "Ask something…",
  send: "Send",
  stop: "Stop",
  stopped: "Stopped.",
  again: "Try again",
  copy: "Copy",
  copied: "Copied",
  anew: "New conversation",
  you: "You",
  answer: "Answer",
  answering: "Answering…",
  answered: "The answer:",
  sources: "Sources",
  open: "Open the passage",
  up: "Good answer",
  down: "Bad answer",
  comment: "What was good, what was not?",
  commentPlaceholder: "A comment, if you like",
  keep: "Send comment",
  thanks: "Thank you: noted.",
  made: "Show how this was made",
  madeTitle: "How this was made",
  madeMore: "There is more than is shown here.",
  given: "Given",
  gave: "Gave",
  kept: "known from before",
  failed: "failed",
  tokens: "tokens",
  close: "Close",
  run: "Run",
  result: "Result",
  required: "needed",
  yes: "Yes",
  lines: "One a line",
  notJson: "This is not JSON.",
  needed: "Please fill this in.",
  double: "A scripted test double answers here, no model.",
  remembersNot: "Each question is answered by itself: what was said before is not looked at.",
  degraded: "This answer is second best",
  cached: "Known from before",
  signedIn: "Signed in as",
  page: "page",
  image: "image",
  waiting: "One moment…",
  wait: "Try again in a few seconds.",
  SignedOut: "This page is for people who were sent a link. Open your link, or ask for a new one.",
  LinkUnknown: "This link is not known here. Open the whole link as it was sent, or ask for a new one.",
  LinkUsed: "This link was used before, and a link signs in once. Use the browser in which it was opened first.",
  LinkExpired: "This link has expired. Ask whoever sent it for a new one.",
  LinkRevoked: "This link was withdrawn. Ask whoever sent it for a new one.",
  NotTried: "There is nothing to try at this address.",
  TryForeign: "This page was opened in a way that is not allowed. Open its address directly.",
  PassageClosed: "This passage cannot be opened: the document has changed since, or it is closed to you.",
  TraceNotYours: "This answer is not known here any more.",
  RateExceeded: "You are asking faster than is allowed.",
  TooBusy: "Too many people are asking right now.",
  TooSlow: "The answer took too long.",
  BudgetSpent: "What may be spent on answers is used up for now.",
  offline: "The server cannot be reached.",
  broken: "Something went wrong, and there is no answer.",
  cut: "The answer broke off.",
  ClientLeft: "Stopped.",
};
export type Key = keyof typeof en;
export type Language = "en" | "zh";

const zh: Record<Key, string> = {
  language: "English",
  languageLabel: "This page in English",
  ask: "提问",
  question: "您的问题",
  placeholder: "请输入问题……",
  send: "发送",
  stop: "停止",
  stopped: "已停止。",
  again: "重新回答",
  copy: "复制",
  copied: "已复制",
  anew: "新对话",
  you: "您",
  answer: "回答",
  answering: "正在回答……",
  answered: "回答：",
  sources: "来源",
  open: "打开原文",
  up: "回答得好",
  down: "回答得不好",
  comment: "哪里好，哪里不好？",
  commentPlaceholder: "可以写一句评语",
  keep: "发送评语",
  thanks: "谢谢，已记下。",
  made: "查看生成过程",
  madeTitle: "生成过程",
  madeMore: "还有更多内容未在此显示。",
  given: "输入",
  gave: "输出",
  kept: "沿用已有结果",
  failed: "失败",
  tokens: "个词元",
  close: "关闭",
  run: "运行",
  result: "结果",
  required: "必填",
  yes: "是",
  lines: "每行一项",
  notJson: "这不是 JSON。",
  needed: "请填写此项。",
  double: "这里由按脚本应答的测试替身回答，不是模型。",
  remembersNot: "每个问题单独回答，不参考之前的对话。",
  degraded: "此回答为降级结果",
  cached: "沿用已有结果",
  signedIn: "登录为",
  page: "页",
  image: "图片",
  waiting: "请稍候……",
  wait: "请过几秒再试。",
  SignedOut: "此页面供收到链接的人使用。请打开您的链接，或索取新的链接。",
  LinkUnknown: "这里不认识此链接。请完整打开收到的链接，或索取新的链接。",
  LinkUsed: "此链接已用过，每个链接只能登录一次。请使用最初打开它的浏览器。",
  LinkExpired: "此链接已过期。请向发送者索取新的链接。",
  LinkRevoked: "此链接已被撤回。请向发送者索取新的链接。",
  NotTried: "此地址没有可供试用的内容。",
  TryForeign: "此页面的打开方式不被允许，请直接打开其地址。",
  PassageClosed: "无法打开这段原文：文档已改动，或不对您开放。",
  TraceNotYours: "这里已找不到此回答。",
  RateExceeded: "您提问过于频繁。",
  TooBusy: "当前提问的人太多。",
  TooSlow: "回答用时过长。",
  BudgetSpent: "目前可用于回答的额度已用完。",
  offline: "无法连接服务器。",
  broken: "出了问题，没有得到回答。",
  cut: "回答中断了。",
  ClientLeft: "已停止。",
};
const BOTH: Record<Language, Record<Key, string>> = { en, zh };
const KEPT = "loomwork-try-language";

let now: Language = chosen();

function chosen(): Language {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept === "en" || kept === "zh") return kept;
  } catch {
    // without storage the browser's language decides each time
  }
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const language = (): Language => now;
export const say = (key: Key): string => BOTH[now][key];
export const known = (kind: string): kind is Key => Object.hasOwn(en, kind);

/** Let a node's text, or its label, say something in the person's language from now on. */
export function says<T extends HTMLElement>(node: T, key: Key, where: "text" | "label" | "placeholder" = "text"): T {
  node.dataset[`say${where}`] = key;
  follow(node);
  return node;
}

/** Let a node's text be what the settings say in the person's language from now on. */
export function tells<T extends HTMLElement>(node: T, both: { readonly en: string; readonly zh: string }): T {
  node.dataset.telling = "";
  told.set(node, both);
  node.textContent = both[now];
  return node;
}

const told = new WeakMap<HTMLElement, { readonly en: string; readonly zh: string }>();

function follow(node: HTMLElement): void {
  const both = told.get(node);
  if (both) node.textContent = both[now];
  const { saytext, saylabel, sayplaceholder } = node.dataset;
  if (saytext && known(saytext)) node.textContent = say(saytext);
  if (saylabel && known(saylabel)) node.setAttribute("aria-label", say(saylabel));
  if (saylabel && known(saylabel) && node.tagName === "BUTTON") node.title = say(saylabel);
  if (sayplaceholder && known(sayplaceholder)) node.setAttribute("placeholder", say(sayplaceholder));
}

export function speak(next: Language = now): void {
  now = next;
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  const all = "[data-saytext],[data-saylabel],[data-sayplaceholder],[data-telling]";
  for (const node of document.querySelectorAll<HTMLElement>(all)) follow(node);
}

export function turnLanguage(): void {
  speak(now === "en" ? "zh" : "en");
  try {
    localStorage.setItem(KEPT, now);
  } catch {
    // as above
  }
}
