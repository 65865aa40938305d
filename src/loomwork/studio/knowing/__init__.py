"""The studio's own view of the knowledge bases: opened without a workspace, so without the project's code."""
