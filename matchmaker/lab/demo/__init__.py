"""The demonstration: companies that act through the services of the pages (`manage.py load_demo`)."""
