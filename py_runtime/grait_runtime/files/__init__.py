"""A path comes in; a digest, or a folder that appears whole, comes out."""
