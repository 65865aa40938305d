"""第一个应用：把问题改写成检索词，用检索词找到笔记，再根据笔记回答。

loomwork run app:answer --data data/questions.jsonl
"""

from loomwork import Prompt, model, step

NOTES: list[str] = [
    "门店营业时间：周一至周六，9 点到 18 点。",
    "绿茶适合用 75 度的水冲泡两分钟。",
    "订单满 200 元免运费。",
    "未拆封的茶叶 30 天内可以退货。",
]

reply = Prompt("prompts/reply.md")


@step
async def rewrite(question: str) -> str:
    """用几个关键词说出问题。"""
    return await model("fast").ask("把下面的问题改写成简短的检索词：{{ question }}", question=question)


@step
def look_up(query: str, k: int = 2) -> list[str]:
    """找出与检索词共有的字最多的笔记。"""
    return sorted(NOTES, key=lambda note: -len(set(query) & set(note)))[:k]


@step
async def answer(question: str) -> str:
    """根据笔记回答顾客的问题。"""
    passages = look_up(await rewrite(question))
    return await model("smart").ask(reply, question=question, passages=passages)
