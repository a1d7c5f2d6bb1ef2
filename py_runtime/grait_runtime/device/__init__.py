"""A device name comes in; what that device can do, hold and draw comes out."""
