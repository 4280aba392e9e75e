"""Notices (通报): from the draft to the last copy that is closed."""
