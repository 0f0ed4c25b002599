"""Evidence for strangers: bundles and certificates that prove themselves."""
