"""Static files under names that change with what is in them, the bench's modules too."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_, _IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns


class Hashed(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./other.js"` in our modules: no old one ever meets a new one."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("inventory/bench/*.js", _IMPORTS))
