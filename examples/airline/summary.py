"""What 200 reviewed conversations come to: pass rate with its interval, pass^k, tasks, rules. Pure arithmetic.

pass^k (Yao et al., "tau-bench", 2024): the chance that k trials of a task all pass, averaged over tasks; from n trials
with c passes it is estimated without bias as C(c, k) / C(n, k).
"""

import random
from collections import Counter, defaultdict
from math import comb


def summarise(reviews: list) -> dict:
    """Summarise the outputs of `app:review`; everything is counted, nothing is guessed.

    The interval is a bootstrap over tasks (the trials of a task are not independent), percentiles 2.5 and 97.5 of
    4,000 resamples with a fixed seed.
    """
    tasks: dict = defaultdict(list)
    for review in reviews:
        tasks[review["task"]].append(review["passed"])
    trials = min(len(passes) for passes in tasks.values())
    means = [sum(passes) / len(passes) for passes in tasks.values()]
    low, high = _interval(means)
    return {
        "conversations": len(reviews),
        "pass_rate": sum(means) / len(means),
        "low": low,
        "high": high,
        "pass_hat": {
            k: sum(comb(sum(p), k) / comb(len(p), k) for p in tasks.values()) / len(tasks) for k in range(1, trials + 1)
        },
        "always": sum(all(passes) for passes in tasks.values()),
        "sometimes": sum(any(passes) and not all(passes) for passes in tasks.values()),
        "never": sum(not any(passes) for passes in tasks.values()),
        "rules": _rules(reviews),
    }


def _rules(reviews: list) -> list:
    """Count, for each rule, the conversations that broke it, and how many of those the recording calls passed."""
    broken = Counter(rule for review in reviews for rule in review["broken"])
    passed = Counter(rule for review in reviews if review["passed"] for rule in review["broken"])
    return [{"rule": rule, "broken": count, "of_these_passed": passed[rule]} for rule, count in broken.most_common()]


def _interval(means: list) -> tuple:
    chance = random.Random(2024)
    found = sorted(sum(chance.choices(means, k=len(means))) / len(means) for _ in range(4000))
    return found[99], found[3899]
