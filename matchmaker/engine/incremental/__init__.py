"""What one edit changes: who moves where on which list, without ranking everybody again."""
