"""Watch what is served: figures from rollups, alerts, exposition, logs, sampling. Knows no gateway and no page."""
