"""Snapshots: whole or not at all, at once, by one writer at a time, checked, and nothing left lying about."""

import errno
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors import (
    BadVectors,
    DefectError,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexOtherEmbedder,
    IndexTooNew,
    IndexUnwritable,
    VectorsMissing,
)
from loomwork.kernel.principals import Principal
from loomwork.knowledge.index import DocumentRow, Entry, Index
from tests.knowledge.index.making import SIZE, a_vector, an_entry, an_index, everything, settings, vectors_of


def test_nothing_is_seen_before_commit_and_everything_after(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [an_entry("a", chunks=2)], flush_rows=1)
    before = everything(index.view())
    with index.writer() as writer:
        writer.add(an_entry("b", chunks=3))
        writer.remove("a")
        assert everything(index.view()) == before
        snapshot = writer.commit()
        assert list(index.view().ids) == ["b"]
        assert snapshot.name == index.view().name
        assert (snapshot.documents, snapshot.chunks) == (1, 3)


def test_a_view_goes_on_seeing_its_snapshot(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [an_entry(f"d{number}", chunks=2) for number in range(5)], flush_rows=2)
    held = index.view()
    before = everything(held)
    for content in range(1, 8):
        with index.writer() as writer:
            for number in range(5):
                writer.add(an_entry(f"d{number}", content, chunks=2))
            writer.compact()
    assert everything(held) == before
    assert index.view().name != held.name


def test_another_process_s_commit_holds_at_the_next_query(tmp_path: Path) -> None:
    reader = an_index(tmp_path / "kb", [an_entry("a"), an_entry("b")])
    assert list(reader.view().ids) == ["a", "b"]
    with Index(tmp_path / "kb", settings()) as other, other.writer() as writer:
        writer.set_readers("a", ("staff",))
        writer.commit()
    assert list(reader.view().ids) == ["b"]
    assert list(reader.view(Principal(groups=frozenset({"staff"}))).ids) == ["a", "b"]


def test_adding_what_is_there_changes_nothing(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [an_entry("a", 1, ("x",)), an_entry("b", 2)])
    files = sorted((tmp_path / "kb").glob("segment-*"))
    with index.writer() as writer:
        assert writer.add(an_entry("a", 1, ("x",))) == "same"
        assert writer.add(an_entry("b", 2)) == "same"
        writer.commit()
        assert sorted((tmp_path / "kb").glob("segment-*")) == files
        assert writer.add(an_entry("a", 1, ("y",))) == "changed"
        assert writer.add(an_entry("b", 3)) == "changed"
        assert writer.add(an_entry("c", 3)) == "new"
        assert not writer.remove("nothing")
        assert writer.documents()["a"].readers == ("y",)
    assert index.all_documents()["a"].readers == ("x",)  # it was never committed


def test_a_second_writer_waits_or_is_refused(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [])
    with index.writer() as first:
        with pytest.raises(IndexBusy, match="another process is building the knowledge base 'kb'"):
            index.writer(patience_s=0.0).__enter__()
        waiting = threading.Thread(target=lambda: index.writer(patience_s=60.0).__enter__().__exit__(None, None, None))
        waiting.start()
        first.commit()
    waiting.join(60)
    assert not waiting.is_alive()


def test_files_that_nobody_names_go_and_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    index = an_index(folder, [an_entry("a", chunks=2)])
    (folder / "segment-dead.lw").write_bytes(b"left by a dead writer")
    (folder / "segment-dead.lw.tmp").write_bytes(b"left by a dead writer")
    (folder / "notes.txt").write_text("not ours")
    with index.writer() as writer:
        for number in range(30):
            writer.add(an_entry(f"d{number}", chunks=2))
            writer.commit()
    kept = {file.name for file in folder.iterdir()}
    assert "notes.txt" in kept
    assert "segment-dead.lw" not in kept
    assert "segment-dead.lw.tmp" not in kept
    assert len([name for name in kept if name.startswith("segment-")]) < 12
    assert index.view().chunks == 62


def test_compacting_leaves_nothing_of_what_was_removed(tmp_path: Path) -> None:
    secret = Entry(
        document=DocumentRow(doc="secret", path="secret", title="Zanzibar"), chunks=(), terms=(), text="Zanzibar"
    )
    index = an_index(tmp_path / "kb", [secret, an_entry("a", chunks=2)])
    assert any(b"Zanzibar" in file.read_bytes() for file in (tmp_path / "kb").iterdir())
    with index.writer() as writer:
        writer.remove("secret")
        writer.compact()
    index.close()
    assert not any(b"Zanzibar" in file.read_bytes() for file in (tmp_path / "kb").iterdir())
    assert index.view().chunks == 2


def _equal(found: np.ndarray | None, entry: Entry) -> bool:
    return found is not None and np.array_equal(found, vectors_of(entry))


def test_a_text_that_was_embedded_once_needs_no_second_time(tmp_path: Path) -> None:
    index = Index(tmp_path / "kb", settings())
    entry = an_entry("a", chunks=3)
    with index.writer() as writer:
        assert writer.missing([*entry.keys, entry.keys[0]]) == list(entry.keys)
        writer.put_vectors(entry.keys[:2], vectors_of(entry)[:2])
    with index.writer() as writer:  # the first one never committed
        assert writer.missing(entry.keys) == [entry.keys[2]]
        with pytest.raises(VectorsMissing, match="1 chunks of 'a'"):
            writer.add(Entry(document=entry.document, chunks=entry.chunks, terms=entry.terms, keys=entry.keys))
        writer.put_vectors(entry.keys[2:], vectors_of(entry)[2:])
        other = digest_bytes(b"of a document that is still to come")
        writer.put_vectors([other], a_vector("other")[None, :])
        writer.add(Entry(document=entry.document, chunks=entry.chunks, terms=entry.terms, keys=entry.keys))
        writer.commit()
        assert writer.missing([*entry.keys, other]) == []
    assert everything(index.view()) == everything(an_index(tmp_path / "beside", [entry]).view())
    with index.writer() as writer:
        assert writer.missing([*entry.keys, other]) == []
        assert _equal(writer.vectors(entry.keys), entry)


def test_a_half_written_vector_is_cut_off(tmp_path: Path) -> None:
    index = Index(tmp_path / "kb", settings())
    entry = an_entry("a", chunks=3)
    with index.writer() as writer:
        writer.put_vectors(entry.keys, vectors_of(entry))
    (log,) = (tmp_path / "kb").glob("vectors-*.log")
    os.truncate(log, log.stat().st_size - 7)
    with index.writer() as writer:
        assert writer.missing(entry.keys) == [entry.keys[2]]
        writer.put_vectors(entry.keys[2:], vectors_of(entry)[2:])
        assert _equal(writer.vectors(entry.keys), entry)
    data = bytearray(log.read_bytes())
    data[-3] ^= 1
    log.write_bytes(data)
    with index.writer() as writer:
        assert writer.missing(entry.keys) == [entry.keys[2]]


@pytest.mark.parametrize("place", [3, 40, -20, -2_000])
def test_a_changed_byte_is_told_with_what_to_do(tmp_path: Path, place: int) -> None:
    index = an_index(tmp_path / "kb", [an_entry(f"d{number}", chunks=3) for number in range(9)])
    (file,) = (tmp_path / "kb").glob("segment-*")
    data = bytearray(file.read_bytes())
    data[place] ^= 0x55
    file.write_bytes(data)
    if place == -20 and everything(index.view()):  # padding at the end of the file may be what was changed
        return
    with pytest.raises(IndexDamaged, match="loomwork knowledge build kb --fresh"):
        Index(tmp_path / "kb", settings()).view()


def test_every_byte_of_the_arrays_is_checked(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [an_entry(f"d{number}", chunks=2) for number in range(3)])
    said = everything(index.view())
    (file,) = (tmp_path / "kb").glob("segment-*")
    whole = file.read_bytes()
    for place in range(0, len(whole), 37):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            assert everything(Index(tmp_path / "kb", settings()).view(), 1)["name"] == said["name"]
            assert whole[place] == 0  # padding between arrays: nobody reads it
        except IndexDamaged:
            continue


@pytest.mark.parametrize("length", [0, 5, 100, -1])
def test_a_cut_file_is_told(tmp_path: Path, length: int) -> None:
    an_index(tmp_path / "kb", [an_entry(f"d{number}", chunks=3) for number in range(9)]).close()
    (file,) = (tmp_path / "kb").glob("segment-*")
    os.truncate(file, length if length >= 0 else file.stat().st_size - 3_000)
    with pytest.raises(IndexDamaged, match="--fresh"):
        Index(tmp_path / "kb", settings()).view()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    an_index(tmp_path / "kb", [an_entry("a", chunks=3)]).close()
    for file in (tmp_path / "kb").glob("segment-*"):
        file.unlink()
    with pytest.raises(IndexDamaged, match="the file is gone"):
        Index(tmp_path / "kb", settings()).view()
    with pytest.raises(IndexDamaged, match="the file is gone"):
        Index(tmp_path / "kb", settings()).writer().__enter__()


def test_a_copied_index_is_as_good_as_the_first(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [an_entry(f"d{number}", chunks=3) for number in range(9)])
    said = everything(index.view())
    index.close()
    shutil.copytree(tmp_path / "kb", tmp_path / "copy")
    copied = Index(tmp_path / "copy", settings())
    assert everything(copied.view()) == said
    copied.verify()


def test_a_later_form_is_refused(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [an_entry("a")])
    with index.writer() as writer, writer._catalog.pool().writing() as session:
        session.connection.execute("UPDATE facts SET value = '99' WHERE name = 'form'")
    index.close()
    with pytest.raises(IndexTooNew, match="form 99"):
        Index(tmp_path / "kb", settings()).view()
    with pytest.raises(IndexTooNew, match="form 99"):
        Index(tmp_path / "kb", settings()).writer().__enter__()


def test_another_embedder_is_refused_and_none_named_is_not(tmp_path: Path) -> None:
    an_index(tmp_path / "kb", [an_entry("a", chunks=1)]).close()
    with pytest.raises(IndexOtherEmbedder, match=r"'double \(16\)', and 'other \(16\)'"):
        Index(tmp_path / "kb", settings(embedder="other")).view()
    assert Index(tmp_path / "kb").view().chunks == 1


def _spoil(folder: Path, how: str) -> None:
    if how == "segment":
        for file in folder.glob("segment-*"):
            file.write_bytes(file.read_bytes()[:-900])
    elif how == "missing":
        for file in folder.glob("segment-*"):
            file.unlink()
    elif how == "database":
        data = (folder / "index.db").read_bytes()
        (folder / "index.db").write_bytes(data[:100] + b"\xa5" * (len(data) - 100))
    elif how == "form":
        with Index(folder, settings()).writer() as writer, writer._catalog.pool().writing() as session:
            session.connection.execute("UPDATE facts SET value = '99' WHERE name = 'form'")


@pytest.mark.parametrize("how", ["nothing", "segment", "missing", "database", "form", "embedder"])
def test_a_fresh_build_needs_nothing_of_the_old_one(tmp_path: Path, how: str) -> None:
    an_index(tmp_path / "kb", [an_entry(f"d{number}", 1, chunks=3) for number in range(9)]).close()
    _spoil(tmp_path / "kb", how)
    named = settings(embedder="other") if how == "embedder" else settings()
    index = Index(tmp_path / "kb", named)
    with index.writer(fresh=True) as writer:
        assert writer.documents() == {}
        assert writer.add(an_entry("a", 2, chunks=2)) == "new"
        if how == "nothing":
            assert len(index.view().ids) == 9
        writer.commit()
    assert list(index.view().ids) == ["a"]
    assert everything(index.view()) == everything(Index(tmp_path / "kb", named).view())
    with index.writer() as writer:
        assert list(writer.documents()) == ["a"]


def test_a_reader_with_old_settings_learns_of_another_embedder(tmp_path: Path) -> None:
    old = an_index(tmp_path / "kb", [an_entry("a", 1, chunks=1)])
    assert old.view().chunks == 1
    with Index(tmp_path / "kb", settings(embedder="other")).writer(fresh=True) as writer:
        writer.commit()
    with pytest.raises(IndexOtherEmbedder):
        old.view()


def test_an_index_that_was_never_built_says_how(tmp_path: Path) -> None:
    index = Index(tmp_path / "kb", settings())
    assert not index.exists()
    with pytest.raises(IndexMissing, match="loomwork knowledge build kb"):
        index.view()
    assert not (tmp_path / "kb").exists()


@pytest.mark.parametrize("vectors", [np.ones((2, SIZE)), np.ones((3, SIZE + 1)), np.full((3, SIZE), np.nan)])
def test_vectors_that_cannot_be_stored_are_refused(tmp_path: Path, vectors: np.ndarray) -> None:
    entry = an_entry("a", chunks=3)
    with Index(tmp_path / "kb", settings()).writer() as writer, pytest.raises(BadVectors):
        writer.add(Entry(document=entry.document, chunks=entry.chunks, terms=entry.terms, vectors=vectors))


def test_a_full_disk_is_told_and_the_last_snapshot_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = an_index(tmp_path / "kb", [an_entry("a", chunks=2)])
    before = everything(index.view())

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with index.writer() as writer:
        writer.add(an_entry("b", chunks=2))
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(IndexUnwritable, match="No space left on device"):
            writer.commit()
    monkeypatch.undo()
    assert everything(Index(tmp_path / "kb", settings()).view()) == before
    with index.writer() as writer:
        writer.add(an_entry("b", chunks=2))
        assert writer.commit().documents == 2


def test_a_view_gives_no_row_that_it_does_not_show(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [an_entry("a", 1, ("staff",), chunks=2), an_entry("b", 1, chunks=2)])
    view = index.view()
    shown = {int(row) for row in view.dense(a_vector(1), 10).rows}
    for row in range(4):
        if row not in shown:
            for ask in (view.siblings, view.text, view.document_of, lambda row: view.fetch([row])):
                with pytest.raises(DefectError):
                    ask(row)
    assert list(view.rows_of("a")) == []
