"""Where the figures come from: the dialog, its cards, and what keeps a figure."""
