"""The town as its map shows it: places and their level, flows, what happened on the ground."""
