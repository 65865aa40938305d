"""Steps: fingerprint, observe, memo, run, plan, why, replay. Knows nothing of models or prompts."""
