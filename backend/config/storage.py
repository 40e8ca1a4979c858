"""Static files under names that change with what is in them, the bench's modules too."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django names these patterns for itself; its stubs do not know them, and whitenoise is untyped.
_, _IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]


class Hashed(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Rewrites `import … from "./other.js"` in our modules: no old one ever meets a new one."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("inventory/bench/*.js", _IMPORTS))
