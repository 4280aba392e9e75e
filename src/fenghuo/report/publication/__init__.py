"""The public document of each budget year: drafts by section, two persons, frozen releases, and its clock of 20 days."""
