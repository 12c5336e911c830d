"""What wires the product: settings, the embedded server, fixtures."""
