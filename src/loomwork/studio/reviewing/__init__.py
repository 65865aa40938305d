"""Reviews as the page shows them: queues, items, answers. Knows no HTTP."""
