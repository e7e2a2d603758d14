"""What the text of a deck says about the fields that a review needs, proposed to the owner of the startup."""
