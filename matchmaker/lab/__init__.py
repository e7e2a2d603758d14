"""What measures the product and fills the demonstration; the product does not import it."""
