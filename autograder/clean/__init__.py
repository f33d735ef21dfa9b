"""What strangers wrote, made harmless for terminals, tables and pages."""
