-- Remembers that a tenant must not write to a recipient; the later expiry wins.
-- ARGV: tenant, recipient hash, reason, milliseconds (0: for ever). Returns nothing.
suppress(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
