"""People judge outputs: queues of items or pairs, answers, agreement, rankings. Knows no page and no command."""
