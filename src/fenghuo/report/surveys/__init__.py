"""Anonymous satisfaction surveys: one answer for each slip of paper, and no way back from an answer to a person."""
