"""What people write about programmes."""
