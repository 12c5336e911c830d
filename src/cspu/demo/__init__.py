"""Made-up people: the persons of the demonstration, and random populations of any size."""
