"""The same trace and the same rows in Phoenix and in MLflow, each with its own Python."""
