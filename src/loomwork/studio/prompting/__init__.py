"""What the studio does with prompts beside the endpoints: found, read, told. Knows no HTTP."""
