"""The pages that people read: rendered here, complete without JavaScript; the map adds to them."""
