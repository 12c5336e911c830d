"""The life course: spells, events, monthly measures and attributes, each with its source, bitemporal."""
