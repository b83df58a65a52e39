-- Lists what operators have set. KEYS[1] is 'dispatch:control'.
-- ARGV: field, value; 'keep': what is there already stays. Returns nothing.
redis.call(ARGV[3] == 'keep' and 'HSETNX' or 'HSET', KEYS[1], ARGV[1], ARGV[2])
