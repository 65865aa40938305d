"""Care of releases: files with a person's words go, notes lose them, all can be written out. Knows no manifest."""

from collections.abc import Iterator
from typing import Any

import msgspec

from loomwork.store.sqlite.care.references import IS_NAME
from loomwork.store.sqlite.connections import Connections

TABLES = ("releases", "release_files", "promotions", "kills")
_TAINTED = f"{IS_NAME.format(column='body')} AND head(body) IN (SELECT n FROM temp.tainted)"
_NOTES = (("releases", "note"), ("promotions", "by"), ("promotions", "why"), ("kills", "by"), ("kills", "why"))


def erase(pool: Connections, needles: tuple[bytes, ...]) -> int:
    """Remove the files that hold the words (`temp.tainted`), and the words elsewhere.

    A release that lost a file cannot be served any more; it stays in the lists.
    """
    named: dict[str, object] = {f"w{place}": needle for place, needle in enumerate(needles)}

    def holds(column: str) -> str:
        return "(" + " OR ".join(f"instr(CAST({column} AS BLOB), :{word}) > 0" for word in named) + ")"

    with pool.writing() as session:
        execute = session.connection.execute
        count = execute(f"DELETE FROM release_files WHERE {_TAINTED}").rowcount
        count += execute(f"DELETE FROM release_files WHERE {holds('path')}", named).rowcount
        count += execute(f"UPDATE releases SET manifest = x'7b7d' WHERE {holds('manifest')}", named).rowcount
        for table, column in _NOTES:
            count += execute(f"UPDATE {table} SET {column} = '' WHERE {holds(column)}", named).rowcount
    return count


def exported(pool: Connections) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every release, promotion and kill as plain data; of files their hashes."""
    for name, made_ns, manifest, note in pool.rows("SELECT id, made_ns, manifest, note FROM releases ORDER BY n"):
        yield "release", {"id": name, "made_ns": made_ns, "manifest": msgspec.json.decode(manifest), "note": note}
    for table, kind, columns in (
        ("promotions", "promotion", "at_ns, release, share, by, why"),
        ("kills", "kill", "what, at_ns, by, why"),
    ):
        for row in pool.rows(f"SELECT {columns} FROM {table} ORDER BY n"):
            yield kind, dict(zip(columns.split(", "), row, strict=True))
