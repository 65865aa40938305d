"""What an alias stands for, and the live model behind it."""

from pathlib import Path
from typing import Any

import pytest

from loomwork.kernel.errors import UsageError
from loomwork.kernel.errors.models import MissingKey, NotSupported, UnknownModel, WrongModelSettings
from loomwork.kernel.messages import Message, Request
from loomwork.models import Asked, Catalog, Outcome, Target, read_settings
from loomwork.models.protocols import Ended
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.loop import LoopClock, run_virtual

ASK = Request(messages=(Message.user("hi"),))
FAST: dict[str, Any] = {"base_url": "http://127.0.0.1:5/v1", "model": "gpt-4o-mini", "temperature": 0}
WHOLE = (
    b'{"choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}],'
    b' "usage": {"prompt_tokens": 3, "completion_tokens": 1}}'
)


def catalog(tables: dict[str, dict[str, Any]], transport: CannedTransport | None = None, **options: Any) -> Catalog:
    settings = {name: read_settings(name, table) for name, table in tables.items()}
    options.setdefault("env", {})
    return Catalog(settings, transport=transport or CannedTransport([Canned(body=(WHOLE,))]), **options)


def test_an_unknown_alias_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UnknownModel, match="no model is called 'q': known here: fast, smart"):
        catalog({"fast": FAST, "smart": FAST}).resolve("q")


CHANGES: list[dict[str, Any]] = [
    {"model": "other"},
    {"base_url": "http://127.0.0.1:6/v1"},
    {"temperature": 0.5},
    {"top_p": 0.9},
    {"max_tokens": 7},
    {"seed": 1},
    {"extra_body": {"x": 1}},
    {"headers": {"x-beta": "on"}},
    {"driver": "anthropic"},
    {"reasoning_effort": "low"},
    {"quirks": {"max_tokens": "max_completion_tokens"}},
    {"dimensions": 5},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_what_changes_answers_changes_the_identity(change: dict[str, Any]) -> None:
    before = catalog({"fast": FAST}).resolve("fast").identity
    assert catalog({"fast": {**FAST, **change}}).resolve("fast").identity != before


SAME: list[dict[str, Any]] = [
    {"timeout": 5},
    {"retries": 9},
    {"concurrency": 1},
    {"rpm": 5},
    {"tpm": 5},
    {"price": 0},
    {"window": 5},
    {"prompt_cache": True},
    {"api_key_env": "OTHER"},
    {"connect_timeout": 1},
]


@pytest.mark.parametrize("change", SAME, ids=lambda change: next(iter(change)))
def test_what_does_not_change_answers_leaves_the_identity(change: dict[str, Any]) -> None:
    before = catalog({"fast": FAST}).resolve("fast").identity
    assert catalog({"fast": {**FAST, **change}}).resolve("fast").identity == before


def test_a_key_is_never_part_of_an_identity_or_shown() -> None:
    made = catalog({"a": {**FAST, "api_key_env": "K", "headers": {"x": "s3cret"}}}, env={"K": "s3cret"})
    found = made.resolve("a")
    assert "s3cret" not in str(found)


def test_the_settings_are_shown_by_their_place() -> None:
    assert catalog({"fast": FAST}).resolve("fast").shown["models.fast.temperature"] == "0.0"


@pytest.mark.parametrize(
    ("table", "asked", "sampled"),
    [
        ({"temperature": 0}, None, False),
        ({"temperature": 0.7}, None, True),
        ({}, None, True),
        ({"temperature": 0}, 1.0, True),
        ({}, 0.0, False),
        ({"driver": "scripted"}, None, False),
    ],
)
def test_an_answer_is_a_draw_unless_the_temperature_is_zero(
    table: dict[str, Any], asked: float | None, sampled: bool
) -> None:
    base = {} if "driver" in table else {"base_url": "http://127.0.0.1:5/v1", "model": "m"}
    assert catalog({"a": {**base, **table}}).resolve("a", temperature=asked).sampled is sampled


def test_a_routes_identity_holds_its_members() -> None:
    tables: dict[str, dict[str, Any]] = {"a": FAST, "b": FAST, "r": {"route": "fallback", "models": ["a", "b"]}}
    found = catalog(tables).resolve("r")
    assert found.members == ("a", "b")
    tables["b"] = {**FAST, "temperature": 1}
    other = catalog(tables).resolve("r")
    assert other.identity != found.identity
    assert other.sampled
    assert "models.b.temperature" in other.shown


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"a": {"model": "m"}}, "neither `driver` nor"),
        ({"a": {"driver": "openai"}}, "which `model`"),
        ({"a": {"preset": "opnai", "model": "m"}}, "there is no preset 'opnai'"),
        ({"a": {"driver": "replay", "model": "m"}}, "needs the `path`"),
        ({"a": {"route": "fallback"}}, "needs `models`"),
        ({"a": {"route": "fallback", "models": ["a"]}}, "leads back to itself"),
        ({"a": {"route": "balance", "models": ["b"], "weights": [1, 2]}, "b": FAST}, "differ in number"),
        ({"a": {**FAST, "quirks": {"thinking": "maybe"}}}, "quirks"),
        (
            {
                "a": {"route": "cheapest", "models": ["b", "c"]},
                "b": {**FAST, "price": {"input": 1}},
                "c": {**FAST, "price": {"input": 1, "currency": "CNY"}},
            },
            "CNY and USD cannot be compared",
        ),
    ],
)
def test_settings_that_make_no_sense_say_why(tables: dict[str, dict[str, Any]], words: str) -> None:
    with pytest.raises(WrongModelSettings, match=words) as error:
        catalog(tables).resolve("a")
    assert isinstance(error.value, UsageError)
    assert error.value.exit_code == 2


def test_a_route_to_an_unknown_member_names_it() -> None:
    with pytest.raises(UnknownModel, match="'nobody'"):
        catalog({"r": {"route": "fallback", "models": ["nobody"]}}).resolve("r")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"modle": "x"}, "there is no setting 'modle'; did you mean 'model'?"),
        ({"temperature": "hot"}, "temperature"),
        ({"route": "sideways"}, "route"),
        ({"price": 3}, "price"),
    ],
)
def test_a_wrong_setting_is_named(table: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongModelSettings) as error:
        read_settings("a", table)
    assert words in str(error.value)


async def test_a_missing_key_names_its_variable_and_only_when_the_model_is_called() -> None:
    made = catalog({"a": {"preset": "deepseek", "model": "deepseek-flash"}})
    made.resolve("a")
    with pytest.raises(MissingKey, match="DEEPSEEK_API_KEY"):
        await made.complete("a", ASK)


async def test_a_key_travels_in_the_header_that_the_provider_wants() -> None:
    transport = CannedTransport([Canned(body=(WHOLE,))])
    made = catalog(
        {"a": {**FAST, "api_key_env": "K"}, "b": {**FAST, "api_key_env": "K", "driver": "anthropic"}},
        transport,
        env={"K": "s3cret"},
    )
    await made.complete("a", ASK)
    assert transport.calls[0].headers["authorization"] == "Bearer s3cret"
    with pytest.raises(Exception, match="no message"):
        await made.complete("b", ASK)
    assert transport.calls[1].headers["x-api-key"] == "s3cret"
    assert transport.calls[1].headers["anthropic-version"]


async def test_a_providers_usual_key_is_sent_to_no_other_host() -> None:
    transport = CannedTransport([Canned(body=(WHOLE,))])
    table = {"preset": "openai", "model": "m", "base_url": "https://elsewhere.example/v1"}
    await catalog({"a": table}, transport, env={"OPENAI_API_KEY": "s3cret"}).complete("a", ASK)
    assert "s3cret" not in str(transport.calls[0].headers)
    named = {**table, "api_key_env": "OPENAI_API_KEY"}
    await catalog({"a": named}, transport, env={"OPENAI_API_KEY": "s3cret"}).complete("a", ASK)
    assert transport.calls[1].headers["authorization"] == "Bearer s3cret"


async def test_a_local_server_needs_no_key() -> None:
    assert (await catalog({"a": FAST}).complete("a", ASK)).text == "yes"


async def test_a_request_that_says_nothing_says_what_the_settings_say() -> None:
    transport = CannedTransport([Canned(body=(WHOLE,))])
    made = catalog({"a": {**FAST, "max_tokens": 5, "extra_body": {"a": {"b": 1}, "c": 1}}}, transport)
    await made.complete("a", Request(messages=ASK.messages, max_tokens=9, extra_body={"a": {"d": 2}, "c": 3}))
    sent = transport.calls[0].body
    assert b'"max_tokens":9' in sent
    assert b'"temperature":0' in sent
    assert b'"a":{"b":1,"d":2}' in sent
    assert b'"c":3' in sent


def _listening(told: list[tuple[str, Outcome]]) -> Any:
    def heard(target: Target, _asked: Asked) -> Ended:
        return lambda outcome: told.append((target.alias, outcome))

    return heard


def test_every_request_that_was_sent_is_told_and_none_that_was_not() -> None:
    told: list[tuple[str, Outcome]] = []
    replies = [
        Canned(status=500, headers={}, body=(b"",)),
        Canned(connection="refused"),
        Canned(connection="hung_up"),
        Canned(body=(WHOLE,)),
    ]
    made = catalog(
        {"a": {**FAST, "retries": 5, "price": {"input": 1, "output": 2}}},
        CannedTransport(replies),
        on_attempt=_listening(told),
        clock=LoopClock(),
    )
    run_virtual(made.complete("a", ASK))
    assert [outcome.sent for _, outcome in told] == [True, False, True, True]
    assert [str(outcome.cost.amounts) for _, outcome in told][:2] == ["()", "()"]
    assert told[2][1].cost.unpriced == 1, "whether the server charged for what broke off is unknown"
    assert [money.micros for money in told[3][1].cost.amounts] == [3 * 1 + 1 * 2]


async def test_nothing_is_sent_where_the_listener_forbids_it() -> None:
    class Forbidden(Exception):
        pass

    def no(_target: Target, _asked: Asked) -> Ended:
        raise Forbidden

    transport = CannedTransport([Canned(body=(WHOLE,))])
    with pytest.raises(Forbidden):
        await catalog({"a": FAST}, transport, on_attempt=no).complete("a", ASK)
    assert transport.calls == []


async def test_embeddings_come_in_batches_in_their_order() -> None:
    def serve(_number: int, call: Any) -> Canned:
        import json

        texts = json.loads(call.body)["input"]
        rows = [{"index": i, "embedding": [float(len(text)), 1.0]} for i, text in enumerate(texts)]
        body = {"data": list(reversed(rows)), "model": "e", "usage": {"prompt_tokens": len(texts)}}
        return Canned(body=(json.dumps(body).encode(),))

    transport = CannedTransport(serve)
    texts = ["x" * (n % 50) for n in range(300)]
    made = await catalog({"e": FAST}, transport).embed("e", texts)
    assert made.vectors.shape == (300, 2)
    assert made.vectors[:, 0].tolist() == [float(len(text)) for text in texts]
    assert made.vectors.dtype == "float32"
    assert made.usage is not None
    assert made.usage.input_tokens == 300
    assert len(transport.calls) == 3
    assert (await catalog({"e": FAST}, transport).embed("e", [])).vectors.shape == (0, 0)


@pytest.mark.parametrize(
    "body",
    [b'{"data": []}', b'{"data": [{"index": 0, "embedding": ["x"]}]}', b'{"data": [{"index": 3, "embedding": [1]}]}'],
)
async def test_vectors_that_do_not_match_the_texts_are_refused(body: bytes) -> None:
    made = catalog({"e": {**FAST, "retries": 0}}, CannedTransport([Canned(body=(body,))]))
    with pytest.raises(Exception, match="no valid answer"):
        await made.embed("e", ["one"])


async def test_a_driver_without_embeddings_says_so() -> None:
    made = catalog({"a": {"driver": "anthropic", "base_url": "http://127.0.0.1:5", "model": "m"}})
    with pytest.raises(NotSupported, match="embeddings"):
        await made.embed("a", ["x"])


async def test_a_replay_answers_from_its_folder_and_its_identity_follows_the_recordings(tmp_path: Path) -> None:
    sample = Path(__file__).parents[1] / "wire" / "recordings" / "simonw_llm.jsonl"
    (tmp_path / "one.jsonl").write_bytes(sample.read_bytes())
    tables: dict[str, dict[str, Any]] = {"r": {"driver": "replay", "path": "one.jsonl", "model": "m"}}
    first = catalog(tables, root=tmp_path).resolve("r").identity
    (tmp_path / "one.jsonl").write_bytes(sample.read_bytes() + b"\n")
    assert catalog(tables, root=tmp_path).resolve("r").identity != first
    with pytest.raises(WrongModelSettings, match="cannot read recordings"):
        catalog({"r": {**tables["r"], "path": "gone.jsonl"}}, root=tmp_path).resolve("r")


def test_whether_a_model_holds_to_a_schema_is_known_beforehand() -> None:
    made = catalog(
        {
            "a": {"preset": "openai", "model": "m"},
            "b": {"preset": "deepseek", "model": "m"},
            "c": {"route": "fallback", "models": ["a", "b"]},
        }
    )
    assert [made.resolve(alias).structured for alias in "abc"] == [True, False, False]
