"""Standards: what the project is judged by, row by row, with its layers and signatures."""
