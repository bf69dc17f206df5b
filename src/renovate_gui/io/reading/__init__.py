"""Reading source files: sniffed first, then read in a child process that may open nothing else.

``formats`` decides from the first bytes which one driver a file belongs to; ``client`` starts the child, which knows
only that driver, has no network, and limited memory and time; ``frames`` carries arrays back. Nothing is unpickled.
"""
