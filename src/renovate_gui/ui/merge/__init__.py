"""Parts of the panels that compare two states of a project and merge two copies of it."""
