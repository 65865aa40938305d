"""How a text can stand in bytes that are kept: for those who look for a person in them."""

import json
import re


def spellings(subject: str) -> tuple[bytes, ...]:
    r"""Return the bytes that a subject can be in a body: as text, and as JSON escapes it.

    >>> spellings("李雷")
    (b'\xe6\x9d\x8e\xe9\x9b\xb7', b'\\u674e\\u96f7', b'\\u674E\\u96F7')
    """
    plain = subject.encode()
    escaped = json.dumps(subject)[1:-1]
    upper = re.sub(r"\\u[0-9a-f]{4}", lambda found: "\\u" + found[0][2:].upper(), escaped)
    kept = json.dumps(subject, ensure_ascii=False)[1:-1]
    return tuple(dict.fromkeys((plain, escaped.encode(), upper.encode(), kept.encode())))
