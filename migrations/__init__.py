"""The history of the tables. Imports neither lims nor instruments."""
