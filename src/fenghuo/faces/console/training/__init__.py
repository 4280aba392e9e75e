"""Pages of training: the office's, the one that a slip opens, and the one on which anybody checks a certificate."""
