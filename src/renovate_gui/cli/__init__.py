"""Commands without a window: one module per group, all through the same ``app`` actions as the window."""
