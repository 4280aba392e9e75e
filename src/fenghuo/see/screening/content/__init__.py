"""Content packs: what checks know of products, their ages and faults, apart from the program that judges by it."""
