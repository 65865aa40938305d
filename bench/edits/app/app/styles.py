"""A way to speak for each channel; chosen by name while the desk runs."""


def for_email() -> str:
    """Letters."""
    return "complete"


def for_chat() -> str:
    """Chats."""
    return "brisk"


def for_phone() -> str:
    """What a clerk reads out."""
    return "spoken"
