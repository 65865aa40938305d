"""The studio in a real browser: filled while a run writes, scrolled, opened, filtered; beside Phoenix and MLflow."""
