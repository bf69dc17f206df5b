"""The style editor: single, categories or classes; column, ramp, colours, outline, size, opacity, labels."""
