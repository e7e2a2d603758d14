"""CSV rows through the same forms and services as pages."""
