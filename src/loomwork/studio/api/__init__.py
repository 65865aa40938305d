"""The endpoints, one file a noun. Each is a function over the `Studio`; none knows HTTP."""

from loomwork.studio.api import (
    cases,
    compare,
    datasets,
    events,
    export,
    grid,
    jobs,
    knowledge,
    live,
    matrix,
    monitor,
    playground,
    prompts,
    replay,
    reviews,
    runs,
    sessions,
    spans,
    status,
    traces,
)
from loomwork.studio.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *status.ENDPOINTS,
    *runs.ENDPOINTS,
    *grid.ENDPOINTS,
    *live.ENDPOINTS,
    *jobs.ENDPOINTS,
    *export.ENDPOINTS,
    *events.ENDPOINTS,
    *traces.ENDPOINTS,
    *spans.ENDPOINTS,
    *sessions.ENDPOINTS,
    *replay.ENDPOINTS,
    *playground.ENDPOINTS,
    *datasets.ENDPOINTS,
    *prompts.ENDPOINTS,
    *knowledge.ENDPOINTS,
    *compare.ENDPOINTS,
    *matrix.ENDPOINTS,
    *cases.ENDPOINTS,
    *reviews.ENDPOINTS,
    *monitor.ENDPOINTS,
)
"""All of them; the order is that of the API's document."""
