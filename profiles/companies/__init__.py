"""What a company says about itself, step by step, with evidence and pictures."""
