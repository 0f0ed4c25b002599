"""The auditor's desk: searches, custody lines, draws, requirements, findings.

It reads every slice through its queries, and writes nothing but its own rows.
"""
