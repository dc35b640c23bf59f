"""What templates say of communiqués."""
