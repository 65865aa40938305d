"""Chat completions, as OpenAI and everyone compatible speak them."""
