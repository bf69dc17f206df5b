"""Files and packages, read and written."""
