"""One act for all results of a filter: summed up first, done by the worker, company by company."""
