"""One span as the page shows it: bodies, messages, the call's record, how a search came about. Knows no HTTP."""
