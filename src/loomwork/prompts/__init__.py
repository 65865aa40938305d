"""Prompt files, templates, ask, few-shot, structured output. Knows nothing of drivers."""
