"""Coming in and going out: by FranceConnect for persons, by ProConnect for agents."""
