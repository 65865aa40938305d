"""Documents that mix languages: what is embedded is decided chunk by chunk."""

from tests.knowledge.ingest.making import Project

ENGLISH = "Passwords must have at least fourteen characters and are changed only after an incident."
VISITORS = "访客必须在前台登记并佩戴胸牌。"
CHINESE = "值班电话是八一二三，数据库备份每天凌晨两点执行，备份保留三十五天，由值班员检查。" * 6


async def test_an_english_document_with_one_chinese_sentence_is_embedded(project: Project):
    project.write("docs/security.md", f"{ENGLISH}\n\n{VISITORS}\n")
    base = project.base()
    built = await base.build()
    assert (built.chunks.embedded, built.by_keywords) == (1, 0)
    assert (await base.search("How many characters has a password?"))[0].ranks.keys() == {"dense", "sparse"}
    assert base.status().by_keywords == 0


async def test_of_a_document_in_two_languages_the_english_chunks_are_embedded(project: Project):
    project.write("docs/both.md", f"# 值班\n\n{CHINESE}\n\n# Passwords\n\n{ENGLISH * 6}\n")
    base = project.base(splitter={"max_tokens": 60, "overlap": 0})
    built = await base.build()
    assert 0 < built.chunks.embedded < built.total
    assert all("值班电话" not in text for text in project.stub.embedded)
    assert (await base.build()).chunks.embedded == 0


async def test_a_chinese_chunk_that_holds_the_words_stands_above_what_only_looks_alike(project: Project):
    project.write("docs/值班手册.md", f"{CHINESE}\n\n| 服务 | 端口 |\n|---|---|\n| Redis | 6379 |\n")
    for number in range(4):
        project.write(f"docs/paper{number}.md", f"{ENGLISH} And this is paper number {number} about something else.\n")
    base = project.base()
    await base.build()
    found = await base.search("What is the Redis port")
    assert found[0].doc == "值班手册.md"
    assert found[0].ranks == {"sparse": 1}
    assert {"dense"} in [each.ranks.keys() for each in found[1:]]
