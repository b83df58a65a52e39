-- Takes a turn, which one process at a time has. KEYS[1] is '{d:NN}:reconcile' or '{d:NN}:sweep'.
-- ARGV: ms after which it ends by itself. Returns 1 when it was taken, 0 while somebody else has it.
return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'NX') and 1 or 0
