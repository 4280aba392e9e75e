"""Pages of surveys: the office's, and the one that a slip of paper opens."""
