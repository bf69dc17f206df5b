"""The family of errors that a person may read.

Three kinds, because three reactions: the *data* is wrong (say which file, layer, feature), the *request* cannot
be met (say why), *we* are wrong (any other exception; the report dialog shows it). Messages arrive translated.
"""

from __future__ import annotations


class RenovateError(Exception):
    """Base of every error whose text is one plain sentence for a person."""


class DataError(RenovateError):
    """Raised when a file, layer or feature is wrong; the message names it and says what to do."""


class RequestError(RenovateError):
    """Raised when what was asked for cannot be done now; the message gives the reason."""


class ReadOnlyError(RequestError):
    """Raised when a change is asked of a project that may only be read."""


class Cancelled(RenovateError):  # noqa: N818  the word people use
    """Raised inside a task whose user pressed cancel; nothing is left half done."""
