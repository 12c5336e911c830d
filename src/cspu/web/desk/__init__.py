"""The desk of those who act for a body: whom they may see and why, what they ask, what they must answer."""
