"""Let the traces of ordinary old requests go, a page at a time. What is ordinary is `sampling`'s to say."""

from loomwork.monitor.sampling import Keeping, leaving
from loomwork.store.protocols import Store
from loomwork.store.requests import RequestFilter
from loomwork.store.rows import RequestRow

MARK = "thin"
_PAGE = 1_000
_WINDOW_NS = 600 * 1_000_000_000


def thin(store: Store, keeping: Keeping, *, until_ns: int) -> int:
    """Remove the spans of ordinary requests that came before then and were not looked at yet; return how many."""
    since_ns = store.watched.mark(MARK) or _first(store)
    gone = 0
    while since_ns and since_ns < until_ns:
        end_ns = min(since_ns + _WINDOW_NS, until_ns)
        rows = _between(store, since_ns, end_ns)
        rated = {row.trace for row in _between(store, since_ns, end_ns, rated=True)}
        gone += store.watched.thin(leaving(rows, keeping, rated))
        store.watched.set_mark(MARK, end_ns)
        since_ns = end_ns
    return gone


def _first(store: Store) -> int:
    """Return when the first request came; 0 where there is none."""
    return store.requests.oldest_ns()


def _between(store: Store, since_ns: int, until_ns: int, *, rated: bool = False) -> list[RequestRow]:
    asked = RequestFilter(since_ns=since_ns, until_ns=until_ns, rated="yes" if rated else "")
    return list(store.requests.list(asked, limit=_PAGE * 1_000))
