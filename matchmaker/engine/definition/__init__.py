"""What a score is: columns, gates, factors, the sum; in plain numpy, slow and obviously right."""
