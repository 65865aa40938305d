"""Traces as the page shows them: found, counted, as columns, and what lies beneath their hits. Knows no HTTP."""
