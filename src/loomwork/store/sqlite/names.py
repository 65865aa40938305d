"""Numbers for strings that repeat: steps, kinds, runs, models. Knows nothing of what they name."""

from loomwork.store.sqlite.connections import Connections

_MOST = 100_000
"""Names kept in memory; a store with more is read again."""


class Names:
    """Gives each string a small number for good. Thread-safe: what is in memory is only ever a copy of the table."""

    def __init__(self, pool: Connections) -> None:
        self._pool = pool
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, str] = {}

    def number(self, text: str) -> int:
        """Return the string's number, giving it one in a transaction of its own if it is new."""
        number = self._numbers.get(text)
        if number is not None:
            return number
        number = self.known(text)
        if number is None:
            with self._pool.writing() as session:
                session.connection.execute("INSERT OR IGNORE INTO names (text) VALUES (?)", (text,))
                found = session.connection.execute("SELECT id FROM names WHERE text = ?", (text,)).fetchone()
            number = self._keep(found[0], text)
        return number

    def known(self, text: str) -> int | None:
        """Return the string's number if it has one; writes nothing."""
        number = self._numbers.get(text)
        if number is not None:
            return number
        found = self._pool.row("SELECT id FROM names WHERE text = ?", (text,))
        return None if found is None else self._keep(found[0], text)

    def text(self, number: int) -> str:
        """Return the string of a number."""
        text = self._texts.get(number)
        if text is not None:
            return text
        found = self._pool.row("SELECT text FROM names WHERE id = ?", (number,))
        if found is None:
            return f"?{number}"
        self._keep(number, found[0])
        return found[0]

    def forget(self) -> None:
        """Drop what is in memory (after the table was changed by hand)."""
        self._numbers.clear()
        self._texts.clear()

    def _keep(self, number: int, text: str) -> int:
        if len(self._texts) >= _MOST:
            self.forget()
        self._numbers[text] = number
        self._texts[number] = text
        return number
