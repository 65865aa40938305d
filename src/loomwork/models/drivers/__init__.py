"""The edge: one folder or file for each kind of model. Nothing outside a driver knows its provider's words."""
