"""The parts of the history dock: its list, what a step changed, its dialogs."""
