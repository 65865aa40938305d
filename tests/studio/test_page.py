"""The document of the page: what it has the browser fetch before its script has run."""

from loomwork.studio.page import STATIC, early


def test_the_document_names_the_chunks_of_its_page():
    for address, chunk in (("/traces", "TracesPage"), ("/runs/r1", "GridPage"), ("/prompts/a/b.md", "PromptsPage")):
        named = [each.rpartition('href="/')[2].removesuffix('">') for each in early(address)]
        assert any(name.startswith(f"assets/{chunk}-") for name in named)
        assert all((STATIC / name).is_file() for name in named)
    assert not list(early("/nowhere"))


def test_a_trace_is_asked_for_with_the_document():
    asked = list(early("/traces/0af7651916cd43dd8448eb211c80319c"))[-1]
    assert asked == '<link rel="preload" as="fetch" crossorigin href="/api/traces/0af7651916cd43dd8448eb211c80319c">'
    assert list(early('/traces/a"><script>'))[-1].count(">") == 1
