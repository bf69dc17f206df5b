"""Scanned forms: pictures out of files, sheets out of pictures, answers out of sheets.

``client`` opens foreign files in a child process (``child``, ``pages``); ``corners`` and ``code`` find out which sheet
lies how in a picture; ``ticks``, ``strokes`` and ``crops`` read the straightened page; ``reading`` puts them together.
"""
