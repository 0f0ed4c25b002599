"""The embedded receiver: takes packages as a stranger would, and answers.

It knows the hand-off's messages and nothing else of the laboratory: no database, no
query. It checks each package against the published schema and says that it is loaded;
it compares nothing yet. A matching engine takes its place by reading the same folder.
"""
