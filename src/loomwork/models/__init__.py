"""Talk to models: drivers at the edge, wrappers around them. Knows nothing of prompts."""
