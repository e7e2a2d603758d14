"""How often who may do what: token buckets in the database, which every process shares."""
