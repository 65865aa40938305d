"""Two ways to take the noise out of a text."""

NOISE = ("!!", "??")


def clean(text: str) -> str:
    """Doubled marks become one."""
    for mark in NOISE:
        text = text.replace(mark, mark[0])
    return text


def scrub(text: str) -> str:
    """Everything after the first mark goes."""
    for mark in NOISE:
        text = text.split(mark)[0]
    return text
