"""Fixed assets of the office: what was taken up, what was written off, and what stands at a day."""
