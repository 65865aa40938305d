"""A double that ships with loomwork: it answers by rule, says so in every answer, and is no model."""
