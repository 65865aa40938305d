"""The one canonical form and the one hash of the house. Knows nothing of steps, stores or behaviour.

A value is written as a sequence of self-delimiting pieces (a tag, a length, the data), so no two different values
share an encoding; the digest is the first 40 hex digits of the SHA-256 of it. "Different" means what a program could
tell apart: 1, 1.0 and True differ, so do 0.0 and -0.0 and two dicts in another order; every NaN is one.
"""

from loomwork.kernel.canonical.digests import (
    Digest,
    ValueDigest,
    combine,
    digest,
    digest_bytes,
    digest_value,
    encoding,
)

__all__ = ["Digest", "ValueDigest", "combine", "digest", "digest_bytes", "digest_value", "encoding"]
