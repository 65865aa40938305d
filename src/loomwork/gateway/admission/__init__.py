"""Who may ask, how often, for how much money, and what happens when there is too much of it. Knows no HTTP."""

from loomwork.gateway.admission.admission import Admission, Ticket
from loomwork.gateway.admission.breaking import Breaker, BreakerSettings, Broken, RetryBudget, Upstreams
from loomwork.gateway.admission.coalescing import Coalescing
from loomwork.gateway.admission.degrading import Degraded, Way, Ways, degrade, read_policy
from loomwork.gateway.admission.keys import ANONYMOUS, SCOPES, Key
from loomwork.gateway.admission.limits import Limits, read_default_limits

__all__ = [
    "ANONYMOUS",
    "SCOPES",
    "Admission",
    "Breaker",
    "BreakerSettings",
    "Broken",
    "Coalescing",
    "Degraded",
    "Key",
    "Limits",
    "RetryBudget",
    "Ticket",
    "Upstreams",
    "Way",
    "Ways",
    "degrade",
    "read_default_limits",
    "read_policy",
]
