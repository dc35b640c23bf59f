"""One file of a whole installation, sealed with a passphrase: made, kept, and put back on another machine."""
