"""The messages API, as Anthropic speaks it."""
