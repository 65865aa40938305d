"""The error tree, drawn once. Each part of the house adds its branch in a file of its own.

LoomworkError
├── UsageError      the caller's words, files or settings are off; nothing was done
└── DefectError     loomwork itself is wrong
"""

from loomwork.kernel.errors import (
    admission,
    base,
    behaviour,
    cases,
    cli,
    evals,
    evals_data,
    evals_review,
    evals_scorers,
    flow,
    gateway,
    kernel,
    knowledge,
    knowledge_base,
    knowledge_embedding,
    knowledge_index,
    models,
    monitor,
    observe,
    prompts,
    releases,
    statistics,
    store,
    studio,
    studio_data,
    studio_runs,
    studio_traces,
    trace,
    trying,
    warming,
    workspace,
)
from loomwork.kernel.errors.admission import *
from loomwork.kernel.errors.base import *
from loomwork.kernel.errors.behaviour import *
from loomwork.kernel.errors.cases import *
from loomwork.kernel.errors.cli import *
from loomwork.kernel.errors.evals import *
from loomwork.kernel.errors.evals_data import *
from loomwork.kernel.errors.evals_review import *
from loomwork.kernel.errors.evals_scorers import *
from loomwork.kernel.errors.flow import *
from loomwork.kernel.errors.gateway import *
from loomwork.kernel.errors.kernel import *
from loomwork.kernel.errors.knowledge import *
from loomwork.kernel.errors.knowledge_base import *
from loomwork.kernel.errors.knowledge_embedding import *
from loomwork.kernel.errors.knowledge_index import *
from loomwork.kernel.errors.models import *
from loomwork.kernel.errors.monitor import *
from loomwork.kernel.errors.observe import *
from loomwork.kernel.errors.prompts import *
from loomwork.kernel.errors.releases import *
from loomwork.kernel.errors.statistics import *
from loomwork.kernel.errors.store import *
from loomwork.kernel.errors.studio import *
from loomwork.kernel.errors.studio_data import *
from loomwork.kernel.errors.studio_runs import *
from loomwork.kernel.errors.studio_traces import *
from loomwork.kernel.errors.trace import *
from loomwork.kernel.errors.trying import *
from loomwork.kernel.errors.warming import *
from loomwork.kernel.errors.workspace import *

__all__: list[str] = []
__all__ += admission.__all__
__all__ += base.__all__
__all__ += behaviour.__all__
__all__ += cases.__all__
__all__ += cli.__all__
__all__ += evals.__all__
__all__ += evals_data.__all__
__all__ += evals_review.__all__
__all__ += evals_scorers.__all__
__all__ += flow.__all__
__all__ += gateway.__all__
__all__ += kernel.__all__
__all__ += knowledge.__all__
__all__ += knowledge_base.__all__
__all__ += knowledge_embedding.__all__
__all__ += knowledge_index.__all__
__all__ += models.__all__
__all__ += monitor.__all__
__all__ += observe.__all__
__all__ += prompts.__all__
__all__ += releases.__all__
__all__ += statistics.__all__
__all__ += store.__all__
__all__ += studio.__all__
__all__ += studio_data.__all__
__all__ += studio_runs.__all__
__all__ += studio_traces.__all__
__all__ += trace.__all__
__all__ += trying.__all__
__all__ += warming.__all__
__all__ += workspace.__all__
