"""Performance: what an office promised to do with public money, what became of it, and the money itself."""
