"""What texts and queries are found by, in English and Chinese."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from loomwork.knowledge.words import Dictionary, Words

WORDS = Words()
HAN_TEXT = (
    "请求体是客户端发送给接口的数据，数据库备份要每天做一次。北京大学生活动中心在路口东边；"
    "微服务架构里的依赖项注入，查询参数与路径参数，织机平台的知识库，云原生容器编排，软件工程师培训，中华人民共和国"
)


def found(query: str, text: str, words: Words = WORDS) -> bool:
    """Whether anything that the query looks for is in the text."""
    return bool(set(words.query(query)) & set(words.terms(text)))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("database", "Databases"),
        ("running", "it runs"),
        ("nonlinear", "a non-linear theory"),
        ("email", "E-mail us"),
        ("cafe", "Café"),
        ("3.11", "Python v3.11"),
        ("Python 3", "python3"),
        ("GPT4", "with GPT-4"),
        ("GPT-4", "gpt4"),
        ("20240501", "on 2024-05-01"),
        ("2024年5月1日", "2024-05-01"),
        ("1000", "1,000 rows"),
        ("base model", "class BaseModel"),
        ("response model", "response_model=Item"),
        ("APIs", "the API"),
        ("C++", "in c++ and C#"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full"),
        ("数据", "数据库备份"),
        ("備份", "数据库备份"),
        ("备份", "資料庫備份"),
        ("大学", "北京大学生活动中心"),
        ("学生", "北京大学生活动中心"),
        ("活动中心", "北京大学生活动中心"),
        ("使用Docker部署", "用 docker 运行"),
        ("FastAPI 依赖项", "在FastAPI中声明依赖项"),
        ("テスト", "テストを書く"),
        ("검색", "전문검색"),
    ],
)
def test_a_query_finds_the_text(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [("3.12", "Python 4.11"), ("how is the", "of course"), ("备份", "数据库恢复"), ("c#", "c++"), ("art", "start")],
)
def test_a_query_does_not_find_what_is_not_there(query: str, text: str) -> None:
    assert not found(query, text)


@given(st.data())
def test_every_two_ideographs_side_by_side_are_found(data: st.DataObject) -> None:
    run = data.draw(st.sampled_from(re.findall(r"[\u4e00-\u9fff]{2,}", HAN_TEXT)))
    at = data.draw(st.integers(0, len(run) - 2))
    pair = run[at : at + 2]
    assume(not any(WORDS.query(f"{each} x") == ["x"] for each in pair))  # 的人, 给接: a stop word and a half
    around = data.draw(st.text(alphabet=HAN_TEXT, max_size=6))
    assert found(pair, around + run + around)


@pytest.mark.parametrize("run", re.findall(r"[\u4e00-\u9fff]{2,}", HAN_TEXT))
def test_every_word_of_the_dictionary_is_found_inside_longer_runs(run: str) -> None:
    import rjieba

    for at in range(len(run)):
        for length in range(2, 7):
            word = run[at : at + length]
            if len(word) == length and rjieba.has_word(word):
                assert found(word, f"前{run}后"), word


def test_words_that_say_nothing_are_left_out_of_queries_but_not_when_there_are_no_others() -> None:
    assert WORDS.query("What is the wing of an aircraft?") == ["wing", "aircraft"]
    assert WORDS.query("to be or not to be") == WORDS.terms("to be or not to be")
    assert WORDS.query("怎么备份这个数据库") == ["备份", "数据库"]


def test_a_term_comes_as_often_as_it_is_written() -> None:
    assert WORDS.terms("wing, wings and a winged wing").count("wing") == 4
    assert WORDS.terms("备份，备份。备份").count("备份") == 3


def test_traditional_and_simplified_text_have_the_same_terms() -> None:
    assert WORDS.terms("資料庫備份與還原：軟體開發環境") == WORDS.terms("资料库备份与还原：软体开发环境")


def test_a_company_s_synonyms_find_each_other_without_indexing_again() -> None:
    words = Words(Dictionary(synonyms=(("知识库", "knowledge base", "KB"), ("k8s", "Kubernetes"))))
    assert words.identity == Words().identity
    assert found("KB 在哪里", "the knowledge base", words)
    assert found("knowledge  BASE", "知識庫", words)
    assert not found("base", "知识库", words)
    assert not found("kbit", "知识库", words)
    assert found("install k8s", "Kubernetes", words)


def test_protected_words_are_terms_of_their_own() -> None:
    words = Words(Dictionary(protected=("织机平台", "Node.js", "Open Sesame")))
    assert words.identity != Words().identity
    assert "织机平台" in words.terms("我们的织机平台上线了")
    assert "织机平台" in words.query("織機平台怎么登录")
    assert "open sesame" in words.terms("open\nsesame!")
    assert "node.js" in words.terms("Node.js 20")
    assert "open sesame" not in words.terms("reopen sesames")
    assert set(words.terms("open sesame")) > {"open", "sesam"}


@given(st.text(max_size=200))
def test_any_text_has_terms_and_the_same_ones_each_time(text: str) -> None:
    made = Words().terms(text)
    assert made == WORDS.terms(text) == WORDS.terms(text)
    assert all(term and term == term.strip() for term in made)
    WORDS.query(text)


def test_one_object_serves_many_threads() -> None:
    texts = [f"running databases number {number} 数据库备份" for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(Words().terms, texts)) == [WORDS.terms(text) for text in texts]


def test_a_very_long_word_does_no_harm() -> None:
    assert max(map(len, WORDS.terms("x" * 100_000 + " " + "a1" * 50_000))) <= 64
