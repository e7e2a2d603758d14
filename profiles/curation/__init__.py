"""What curators do with profiles: reviews, imports, freshness."""
