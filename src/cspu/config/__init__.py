"""The one place that wires: settings from the environment, the embedded database, addresses."""
