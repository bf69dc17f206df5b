"""Resource paths and the words people read."""

from renovate_gui.assets.paths import resource_path, sample_path
from renovate_gui.assets.system_words import system_reason
from renovate_gui.assets.words import LANGUAGES, current_language, set_language, tr

__all__ = [
    "LANGUAGES",
    "current_language",
    "resource_path",
    "sample_path",
    "set_language",
    "system_reason",
    "tr",
]
