"""Real files from elsewhere, where they are at hand: most are read, every failure is named, all keep the law."""

from pathlib import Path

import pytest

from loomwork.knowledge.parsing import Limits, Workers
from tests.knowledge.parsing.test_laws import hold

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
FILES = DATA / "files"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the folder of real files is not at hand")

EXPECTED = {
    "unstructured/pdf/password.pdf": "encrypted",
    "unstructured/password_protected.xlsx": "encrypted",
    "unstructured/eml/fake-encrypted.eml": "encrypted",
    "unstructured/fake-encrypted.msg": "encrypted",
    "unstructured/empty.xlsx": "empty",
    "unstructured/eml/empty.eml": "empty",
    "unstructured/pdf/loremipsum-flat.pdf": "no_text",
}


def test_a_sample_of_real_files_of_every_kind_is_read() -> None:
    paths = [path for path in sorted(FILES.rglob("*")) if path.is_file() and path.stat().st_size < 200_000]
    seen: dict[str, int] = {}
    with Workers(1, limits=Limits(seconds=20)) as workers:
        for path in paths:
            seen[path.suffix] = seen.get(path.suffix, 0) + 1
            if seen[path.suffix] > 3:
                continue
            document = workers.parse(path.read_bytes(), name=path.name)
            hold(document)
            assert document.text.strip() or document.problems, path.name
            assert not {problem.code for problem in document.problems} & {"broken", "crashed", "timeout"}, path.name


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_is_wrong_with_a_real_file_is_named(name: str) -> None:
    with Workers(1) as workers:
        document = workers.parse((FILES / name).read_bytes(), name=name)
    assert EXPECTED[name] in [problem.code for problem in document.problems]


def test_a_mail_of_outlook_is_read_with_its_attachment() -> None:
    with Workers(1) as workers:
        document = workers.parse((FILES / "unstructured/fake-email-attachment.msg").read_bytes(), name="a.msg")
    assert document.title == "Fake email with attachment"
    assert "Hey this is a fake attachment!" in document.text
    assert document.blocks[-1].section == ("Fake email with attachment", "fake-attachment.txt")


def test_real_documentation_is_cited_where_it_stands() -> None:
    paths = sorted((DATA / "docs" / "fastapi-zh").rglob("*.md"))[::10]
    with Workers(1) as workers:
        for path in paths:
            document = workers.parse(path.read_bytes(), name=path.name)
            assert document.text == path.read_text(encoding="utf-8")
            assert document.language in ("zh", "mixed"), path.name
            assert document.title
            assert "{" not in document.title
