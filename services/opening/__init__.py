"""The first ten minutes: from an empty database to a declared crisis, whose services are on the board, all not assessed."""
