"""`import loomwork` costs next to nothing: a command line that answers at once begins here."""

import statistics
import subprocess
import sys

HEAVY = (
    "aiohttp",
    "jsonschema",
    "minijinja",
    "msgspec",
    "numpy",
    "opentelemetry",
    "pydantic",
    "rich",
    "tomlkit",
    "typer",
)
BUDGET_S = 0.1
"""More than a bare Python, on a machine that does other things too."""


def loaded(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def seconds(statement: str) -> float:
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    return min(times) if len(times) < 3 else statistics.median(times)


def test_importing_the_package_loads_nothing_heavy():
    assert sorted(loaded("import loomwork") & set(HEAVY)) == []


def test_using_steps_and_prompts_in_a_module_loads_no_heavy_library():
    code = "from loomwork import Prompt, knowledge, model, step; Prompt('p.md'); model('m')"
    assert sorted(loaded(code) & (set(HEAVY) - {"minijinja", "msgspec"})) == []


def test_importing_the_package_stays_within_its_budget():
    bare, whole = seconds("pass"), seconds("import loomwork")
    sys.stderr.write(f"\nimport loomwork: {1000 * whole:.1f} ms (pass: {1000 * bare:.3f} ms)\n")
    assert whole - bare < BUDGET_S


def test_every_public_name_can_be_imported():
    loaded("import loomwork; [getattr(loomwork, name) for name in loomwork.__all__]")
    loaded("import loomwork; assert set(loomwork.__all__) <= set(dir(loomwork))")
