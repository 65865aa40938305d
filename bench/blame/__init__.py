"""Planted faults in a five-step application, and whether `loomwork blame` names the step and the change."""
