"""The model here is a scripted double: these tests hold the techniques' bookkeeping, not any model's wit."""

import pytest

from loomwork.kernel.errors.prompts import BadDraft
from loomwork.kernel.messages import Request
from loomwork.prompts import Example, Prompt
from loomwork.prompts.techniques import chain_of_thought, meta_prompt, react, self_consistency, tree_of_thoughts
from loomwork.prompts.techniques.chain_of_thought import split_answer
from tests.prompts.doubles import scripted


async def test_chain_of_thought_parts_reasoning_and_answer():
    model, models = scripted("2 and 2 make 4.\n**Answer:** 4")
    reasoned = await chain_of_thought(model, "What is {{ a }}?", a="2+2")
    assert reasoned == ("2 and 2 make 4.", "4")
    assert models.said().startswith("What is 2+2?\n\nThink step by step.")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Answer: no\nWait.\nAnswer: yes", "yes"),
        ("thinking\nFinal answer：42", "42"),
        ("just text", "just text"),
        ("the answer: is here", "the answer: is here"),
        ("x\nAnswer: a\nb", "a\nb"),
    ],
)
def test_the_last_answer_line_counts(text: str, answer: str):
    assert split_answer(text).answer == answer


async def test_self_consistency_takes_the_majority_of_draws():
    model, models = scripted("Paris", "paris.", "Rome", "Lyon", " PARIS ")
    vote = await self_consistency(model, "Capital of {{ x }}?", x="France")
    assert (vote.answer, vote.share) == ("Paris", 0.6)
    assert models.draws == [0, 1, 2, 3, 4]
    assert {request.temperature for request in models.requests} == {0.7}


async def test_of_equal_votes_the_first_drawn_wins():
    model, _ = scripted("b", "a")
    vote = await self_consistency(model, "?", draws=2)
    assert (vote.answer, vote.share, vote.draws) == ("b", 0.5, ("b", "a"))


async def test_self_consistency_votes_on_checked_values():
    model, _ = scripted("1", "2", "2")
    vote = await self_consistency(model, "?", draws=3, returns=int)
    assert vote.answer == 2


async def test_tree_of_thoughts_follows_the_best_graded_steps():
    def answer(request: Request, draw: int | None) -> str:
        text = request.messages[-1].text
        if "Propose" in text:
            return f"step {text.count('. step')}-{draw}"
        if "How likely" in text:
            return (
                "9"
                if text.rstrip().split("\n")[-3 if "schema" in text else -2].endswith("-1") or "-1\nHow" in text
                else "2"
            )
        return "solved by " + "; ".join(line for line in text.split("\n") if ". step" in line)

    model, models = scripted(answer)
    solved = await tree_of_thoughts(model, "puzzle", depth=2, breadth=2, keep=1)
    assert solved.thought.steps == ("step 0-1", "step 1-1")
    assert solved.thought.grade == 9.0
    assert solved.answer == "solved by 1. step 0-1; 2. step 1-1"
    assert len(models.requests) == 2 * 2 * 2 + 1


async def test_react_calls_tools_and_feeds_back_what_they_said():
    def search(text: str) -> str:
        """Look something up."""
        return f"found {text}"

    async def count(text: str) -> int:
        return len(text)

    model, models = scripted(
        "Thought: look\nAction: search[tea]\nObservation: made up by the model",
        "Thought: count\nAction: count[abc]",
        "Thought: done\nAnswer: 3",
    )
    reacted = await react(model, "How many?", tools={"search": search, "count": count})
    assert reacted.answer == "3"
    assert reacted.turns[0].endswith("Observation: found tea")
    assert "made up by the model" not in models.said()
    assert reacted.turns[1].endswith("Observation: 3")
    assert "- search: Look something up." in models.said(0)


async def test_react_names_the_tools_when_the_model_invents_one_and_gives_up_honestly():
    model, models = scripted("Action: fly[home]")
    reacted = await react(model, "?", tools={"walk": str}, most_turns=2)
    assert reacted.answer is None
    assert len(models.requests) == 2
    assert "there is no tool 'fly'; there are: walk" in reacted.turns[0]


async def test_react_lets_a_tools_own_failure_through():
    def broken(_text: str) -> str:
        raise ZeroDivisionError

    model, _ = scripted("Action: broken[x]")
    with pytest.raises(ZeroDivisionError):
        await react(model, "?", tools={"broken": broken})


async def test_meta_prompt_returns_a_prompt_that_can_be_used():
    model, models = scripted("```\nClassify: {{ text }}\n```")
    prompt = await meta_prompt(
        model, "Tell good from bad", variables=["text"], examples=[Example(variables={"text": "ok"}, output="good")]
    )
    assert isinstance(prompt, Prompt)
    assert prompt.messages(text="x")[-1].text == "Classify: x"
    assert "- {{ text }}" in models.said()
    assert '"output": "good"' in models.said()


async def test_meta_prompt_shows_the_model_its_mistake():
    model, models = scripted("Classify {{ txt }}", "{% macro %}", "Classify {{ text }}")
    prompt = await meta_prompt(model, "t", variables=["text"])
    assert prompt.variables == {"text"}
    assert "uses the variables txt, not text" in models.said(1)
    assert "could not be used" in models.said(2)


async def test_meta_prompt_gives_up_after_three_attempts():
    model, models = scripted("nothing")
    with pytest.raises(BadDraft):
        await meta_prompt(model, "t", variables=["text"])
    assert len(models.requests) == 3
